import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { addOptionFlags, readOptionFlags } from "../../src/cli/io/option-flags.js";
import { type Made, maker } from "../../src/options.js";

interface Rule {
  learn(): number;
}

const hebb = maker("rule", {
  name: "hebb",
  summary: "outer products",
  reference: "Hebb 1949",
  options: { selfCoupling: { type: "boolean", default: true, help: "let each unit couple to itself" } },
  create: ({ selfCoupling }): Rule => ({ learn: () => (selfCoupling ? 1 : 2) }),
});

const gardner = maker("rule", {
  name: "gardner",
  summary: "stability",
  reference: "Gardner 1988",
  options: {
    kappa: { type: "number", low: 0, default: 0, help: "least stability" },
    epochs: { type: "integer", low: 1, default: 1000, help: "sweeps" },
  },
  create: ({ kappa, epochs }): Rule => ({ learn: () => kappa + epochs }),
});

const specs = {
  epochs: { type: "integer", low: 1, help: "passes over the data" },
  finalRate: { type: "number", low: 0, default: 0, help: "final learning rate" },
  ladder: { type: "numbers", least: 2, above: 0, optional: true, help: "inverse temperatures" },
  centred: { type: "boolean", default: true, help: "centre the units" },
  rule: { type: "made", sort: "rule", has: "learn", from: [hebb, gardner], default: "hebb", help: "learning rule" },
} as const;

function read(...args: string[]) {
  const command = addOptionFlags(new Command("test").exitOverride().configureOutput({ writeErr: () => {} }), specs);
  command.parse(args, { from: "user" });
  const { rule, ...values } = readOptionFlags(specs, command.opts());
  return { ...values, rule: rule as Rule & Made };
}

describe("flags from descriptions of options", () => {
  it("fills in defaults and makes what is made", () => {
    const { rule, ...values } = read("--epochs", "3");
    expect(values).toEqual({ epochs: 3, finalRate: 0, centred: true, ladder: undefined });
    expect([rule.name, rule.options, rule.learn()]).toEqual(["hebb", { selfCoupling: true }, 1]);
  });

  it("reads values of all types", () => {
    const { rule, ...values } = read(
      ...["--epochs", "3", "--final-rate", "1e-3", "--ladder", "0.5,1", "--no-centred", "--no-self-coupling"],
    );
    expect(values).toEqual({ epochs: 3, finalRate: 1e-3, centred: false, ladder: [0.5, 1] });
    expect(rule.options).toEqual({ selfCoupling: false });
  });

  it("gives a flag that is taken the name of its option", () => {
    const { rule, epochs } = read("--epochs", "3", "--rule", "gardner", "--rule-epochs", "7", "--kappa", "0.5");
    expect([epochs, rule.options]).toEqual([3, { kappa: 0.5, epochs: 7 }]);
  });

  it.each([
    [["--epochs", "0"], "--epochs is 0; expected a whole number of at least 1"],
    [["--epochs", "x"], '--epochs is "x"; expected a whole number of at least 1'],
    [[], "the command needs --epochs; expected a whole number of at least 1"],
    [["--epochs", "1", "--ladder", "1"], "--ladder is [1]; expected a list of at least 2 numbers, each above 0"],
    [["--epochs", "1", "--rule", "heb"], '--rule is "heb"; did you mean hebb? (there are hebb and gardner)'],
    [["--epochs", "1", "--kappa", "1"], "--kappa cannot be used with --rule hebb; its options are --self-coupling"],
  ])("refuses %j", (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });

  it("tells defaults in its help", () => {
    const command = addOptionFlags(new Command("test"), specs);
    const help = command.helpInformation().replaceAll(/\s+/g, " ");
    expect(help).toContain("--final-rate <x> final learning rate (default 0)");
    expect(help).toContain("--rule <name> learning rule: hebb or gardner (default hebb)");
    expect(help).toContain("--no-centred do not centre the units");
    expect(help).not.toContain(" --centred");
  });
});
