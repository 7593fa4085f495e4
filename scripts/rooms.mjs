import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { pathToFileURL } from "node:url";
import { parseAst } from "vite";
import { Failure, filesUnder, main, root } from "./tools.mjs";

/** The rooms of src/ in order: a file may import from its own room and from those above, never from those below. */
const ROOMS = [
  "errors.ts",
  "needed-node.ts",
  "disposing.ts",
  "names.ts",
  "options.ts",
  "packed.ts",
  "warnings.ts",
  "pauses.ts",
  "math",
  "kernels",
  "patterns",
  "baselines",
  "units",
  "interactions",
  "layers",
  "learning",
  "dynamics",
  "memories",
  "models",
  "mapping",
  "training",
  "likelihood",
  "analysis",
  "theory",
  "data",
  "storage",
  "neural",
  "index.ts",
  "node",
  "cli",
];

/** The rooms that run in Node only and may use it and installed packages; the others run in browsers as they are. */
const NODE_ROOMS = ["node", "cli"];

/**
 * What engines may compute differently in the last digit. src/math has its own: exp, log, tanh, log1p, hypot, pow, square.
 * Powers of the number 2 with whole exponents are exact everywhere.
 */
const ENGINE_DEPENDENT = new Set(
  "acos acosh asin asinh atan atan2 atanh cbrt cos cosh exp expm1 hypot log log10 log1p log2 pow sin sinh tan tanh".split(
    " ",
  ),
);

/**
 * The violations of the house rules in a source file, one line each. `file` is its path from the root, with forward
 * slashes; files outside src/, experiments/ and lab/ are not checked.
 */
export function violations(file, text) {
  const found = [];
  const ast = parseAst(text, { lang: file.endsWith("x") ? "tsx" : "ts" }, file);
  const complain = (node, message) => {
    found.push(`${file}:${text.slice(0, node.start).split("\n").length}: ${message}`);
  };
  if (file.startsWith("src/")) {
    const room = roomOf(file);
    if (!ROOMS.includes(room))
      return [`${file}:1: room ${room} is not in the list; give it a line in scripts/rooms.mjs`];
    visit(ast, undefined, undefined, (node, parent, key) => {
      const specifier = importedBy(node);
      if (specifier !== undefined) checkImport(file, room, specifier, (message) => complain(node, message));
      if (isMathRandom(node)) complain(node, "uses Math.random; take a Random as an argument");
      checkArithmetic(node, (message) => complain(node, message));
      if (NODE_ROOMS.includes(room) || !isReference(node, parent, key)) return;
      complain(node, `uses ${node.name}; the DOM belongs in lab/ (a variable of that name needs another)`);
    });
  } else if (file.startsWith("experiments/")) {
    visit(ast, undefined, undefined, (node) => {
      const specifier = importedBy(node);
      const own = specifier?.startsWith(".") && resolved(file, specifier).startsWith("experiments/");
      if (specifier !== undefined && !own && !/^engram(\/|$)/.test(specifier)) {
        complain(node, `imports ${specifier}; an experiment imports its own folder and engram, by its package name`);
      }
      if (isMathRandom(node)) complain(node, "uses Math.random; take what is random from context.random");
      checkArithmetic(node, (message) => complain(node, message));
    });
  } else if (file.startsWith("lab/")) {
    visit(ast, undefined, undefined, (node) => {
      const specifier = importedBy(node);
      if (!specifier?.startsWith(".") || resolved(file, specifier).startsWith("lab/")) return;
      complain(node, `imports ${specifier}; the lab imports the library by its package name, engram`);
    });
  }
  return found;
}

function checkImport(file, room, specifier, complain) {
  if (!specifier.startsWith(".")) {
    if (NODE_ROOMS.includes(room)) return;
    complain(`imports ${specifier}; what needs Node or a package goes to src/node/ or src/cli/`);
    return;
  }
  const target = resolved(file, specifier);
  const other = roomOf(target);
  if (!target.startsWith("src/"))
    complain(`imports ${specifier}, which lies outside src/; move what it needs into a room`);
  else if (!ROOMS.includes(other)) complain(`imports ${specifier}; ${other} is not a room of scripts/rooms.mjs`);
  else if (ROOMS.indexOf(other) > ROOMS.indexOf(room)) {
    complain(`imports ${specifier}; ${room} stands above ${other}: move the shared part up, or this file down`);
  }
}

/** The room of a path like src/math/random.ts (math) or src/errors.js (errors.ts). */
function roomOf(path) {
  return path.split("/")[1].replace(/\.js$/, ".ts");
}

function resolved(file, specifier) {
  return posix.join(posix.dirname(file), specifier);
}

/** The specifier that an import, a re-export, an import() or a new URL("...", import.meta.url) names. */
function importedBy(node) {
  if (node.type === "TSImportType") return node.source?.value ?? node.argument?.literal?.value;
  if (node.type === "NewExpression" && node.callee.name === "URL" && node.arguments.length === 2) {
    return node.arguments[1].type === "MemberExpression" ? node.arguments[0].value : undefined;
  }
  return /^(Import|Export)/.test(node.type) ? node.source?.value : undefined;
}

function isMathRandom(node) {
  return node.type === "MemberExpression" && node.object.name === "Math" && node.property.name === "random";
}

function checkArithmetic(node, complain) {
  const remedy = "whose last digit depends on the engine; take it from math/";
  if (node.type === "MemberExpression" && node.object.name === "Math" && ENGINE_DEPENDENT.has(node.property.name)) {
    complain(`uses Math.${node.property.name}, ${remedy}`);
  }
  if (node.type === "VariableDeclarator" && node.init?.name === "Math") {
    const names = node.id.properties?.map(({ key }) => key.name) ?? ["Math"];
    for (const name of names.filter((one) => one === "Math" || ENGINE_DEPENDENT.has(one))) {
      complain(`takes ${name} out of Math, ${remedy}`);
    }
  }
  const isPower = node.operator === "**" || node.operator === "**=";
  if (isPower && node.left.value !== 2) complain(`uses ${node.operator}, ${remedy} (pow, square)`);
}

/** Whether a node is the variable `document` or `window`, not a property of that name. */
function isReference(node, parent, key) {
  if (node.type !== "Identifier" || (node.name !== "document" && node.name !== "window")) return false;
  const isName = (key === "property" || key === "key") && parent.computed !== true;
  return !isName && key !== "label";
}

function visit(node, parent, key, see) {
  see(node, parent, key);
  for (const [name, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child?.type === "string") visit(child, node, name, see);
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(() => {
    const files = ["src", "experiments", "lab"].flatMap(filesUnder).filter((file) => /\.tsx?$/.test(file));
    const found = files.flatMap((file) => violations(file, readFileSync(join(root, file), "utf8")));
    if (found.length > 0) throw new Failure(found.join("\n"));
  });
}
