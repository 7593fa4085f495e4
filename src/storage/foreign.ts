/** The first bytes of files that are often taken for another, and what they are. */
const beginnings: readonly (readonly [bytes: string, what: string])[] = [
  ["\x89PNG\r\n", "a PNG image"],
  ["\xff\xd8\xff", "a JPEG image"],
  ["GIF8", "a GIF image"],
  ["RIFF", "a WebP image or another RIFF file"],
  ["PK\x03\x04", "a zip archive, such as .npz"],
  ["\x1f\x8b", "a gzip file"],
  ["\x93NUMPY", "a NumPy array"],
  ["\x89HDF\r\n", "an HDF5 file"],
  ["%PDF", "a PDF document"],
  ["\x80\x02", "a Python pickle"],
  ["\x80\x04", "a Python pickle"],
  ["\0\0\x08", "an IDX file of a data set"],
  ["<", "a text in a markup language, such as a web page or an SVG"],
];

/** Number of bytes that are looked at. */
const LOOKED_AT = 256;

/** What bytes that are no model file seem to be, in words: "a PNG image"; undefined if they look like nothing known. */
export function describeForeign(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return "empty";
  const head = String.fromCharCode(...bytes.subarray(0, LOOKED_AT));
  const known = beginnings.find(([begin]) => head.startsWith(begin));
  if (known !== undefined) return known[1];
  return isText(bytes.subarray(0, LOOKED_AT)) ? "a text" : undefined;
}

/** Whether bytes are UTF-8 without control characters other than tabs and line ends. */
function isText(bytes: Uint8Array): boolean {
  try {
    // The last character may be cut.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return !/\p{Cc}/u.test(text.replace(/[\t\n\r]/g, ""));
  } catch {
    return false;
  }
}
