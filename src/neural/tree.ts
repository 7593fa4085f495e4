import type { Shape, Tensor } from "./tape/tensor.js";

/*
 * Parameters, inputs and results of traced functions are trees: plain objects and arrays, nested as one likes, with
 * leaves of one type. The name of a leaf is its path, such as "read.weights", as in files.
 */

/** A tree with the leaves of another one replaced. */
export type Mapped<Tree, Leaf> = Tree extends Shape | Tensor
  ? Leaf
  : { readonly [Key in keyof Tree]: Mapped<Tree[Key], Leaf> };

/** A tree of shapes: its leaves are arrays of numbers. */
export type ShapeTree = Shape | readonly ShapeTree[] | { readonly [name: string]: ShapeTree };

/** The leaves of a tree with their names, in the order of its keys. */
export function leaves<Leaf>(tree: unknown, isLeaf: (value: unknown) => value is Leaf): Map<string, Leaf> {
  const found = new Map<string, Leaf>();
  mapTree(tree, isLeaf, (leaf, name) => {
    found.set(name, leaf);
  });
  return found;
}

/** A tree of the same form with every leaf replaced. */
export function mapTree<Tree, Leaf, Result, Out = Mapped<Tree, Result>>(
  tree: Tree,
  isLeaf: (value: unknown) => value is Leaf,
  replace: (leaf: Leaf, name: string) => Result,
): Out {
  const walk = (node: unknown, name: string): unknown => {
    if (isLeaf(node)) return replace(node, name);
    const inside = name === "" ? "" : `${name}.`;
    if (Array.isArray(node)) return node.map((child, k) => walk(child, `${inside}${k}`));
    const entries = Object.entries(node as object).filter(([, child]) => child !== undefined);
    return Object.fromEntries(entries.map(([key, child]) => [key, walk(child, `${inside}${key}`)]));
  };
  return walk(tree, "") as Out;
}

/** Whether a value is a shape: an array of numbers. */
export function isShape(value: unknown): value is Shape {
  return Array.isArray(value) && value.length > 0 && value.every((length) => typeof length === "number");
}
