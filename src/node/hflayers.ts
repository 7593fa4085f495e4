import { StorageError } from "../errors.js";
import { type AssociationLayer, fromHflayers, type HflayersOptions, type StateDictionary } from "../neural/index.js";
import { toArray } from "../storage/arrays.js";
import { describeForeign } from "../storage/foreign.js";
import { readSafetensors } from "../storage/index.js";
import { readBounded } from "./files.js";
import { decodeNpz } from "./npz.js";
import { zipMembers } from "./zip.js";

/** The largest file that is read, in bytes. */
const LARGEST = 2 ** 31;

/**
 * Loads the weights of a module of hflayers (`Hopfield`, `HopfieldPooling`, `HopfieldLayer`) as a layer, from a file written in
 * Python by
 *
 *     from safetensors.torch import save_file
 *     save_file(module.state_dict(), "layer.safetensors")
 *
 * or, without safetensors, by
 *
 *     arrays = {name: value.numpy() for name, value in module.state_dict().items()}
 *     numpy.savez("layer.npz", **arrays)
 *
 * A file of `torch.save` is a Python pickle, which can run any code; it is refused.
 *
 * @throws StorageError for a file of another format or of another module, ArgumentError or ShapeError for options that do not
 *   fit, see `fromHflayers`
 */
export async function loadHflayers(path: string, options: HflayersOptions = {}): Promise<AssociationLayer> {
  const bytes = await readBounded(path, LARGEST, StorageError);
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const isPickled = isZip && zipMembers(bytes, path).some(({ name }) => name.endsWith(".pkl"));
  const foreign = isPickled ? "a Python pickle" : isZip ? undefined : describeForeign(bytes);
  if (foreign !== undefined) {
    throw new StorageError(
      `${path} is ${foreign}; expected .safetensors or .npz: in Python, ` +
        'safetensors.torch.save_file(module.state_dict(), "layer.safetensors")',
    );
  }
  return fromHflayers(isZip ? await decodeNpz(bytes, path) : tensorsOf(bytes, path), options);
}

function tensorsOf(bytes: Uint8Array, path: string): StateDictionary {
  const { tensors } = readSafetensors(bytes, path);
  return new Map(
    Array.from(tensors, ([name, tensor]) => {
      const values = toArray(tensor);
      if (values === undefined) {
        throw new StorageError(
          `${path}: ${name} is of the type ${tensor.dtype}; expected F32 or F64: save module.float().state_dict()`,
        );
      }
      return [name, { shape: tensor.shape, values }];
    }),
  );
}
