import { isParameter, type Parameter } from "./parameters.js";
import { isValues, type Values } from "./tape/kernels.js";
import { type CompileOptions, compile, type Program } from "./tape/program.js";
import type { Shape, Tensor } from "./tape/tensor.js";
import { leaves, type Mapped, mapTree } from "./tree.js";

/** Inputs of a model by their names. */
export type Shapes = { readonly [name: string]: Shape };

/**
 * A program of a model with its parameters set to their numbers.
 *
 * @param parameters the tree of parameters; `build` gets the same tree of tensors
 */
export function compileModel<Tensors, const Inputs extends Shapes, Results>(
  parameters: object,
  inputs: Inputs,
  build: (parameters: Tensors, inputs: { readonly [Name in keyof Inputs]: Tensor }) => Results,
  options?: CompileOptions,
): Program<{ readonly [Name in keyof Inputs]: Values }, Mapped<Results, Values>> {
  const own = leaves(parameters, isParameter);
  const program = compile(
    { parameters: shapesOf(parameters), inputs },
    (tensors) => build(tensors.parameters as Tensors, tensors.inputs as { readonly [Name in keyof Inputs]: Tensor }),
    options,
  );
  const given = program.inputs as {
    readonly parameters: object;
    readonly inputs: { readonly [Name in keyof Inputs]: Values };
  };
  for (const [name, array] of leaves(given.parameters, isValues)) array.set((own.get(name) as Parameter).values);
  return { ...program, inputs: given.inputs };
}

/** The shapes of a tree of parameters. */
export function shapesOf(parameters: object): object {
  return mapTree<object, Parameter, Shape, object>(parameters, isParameter, ({ shape }) => shape);
}
