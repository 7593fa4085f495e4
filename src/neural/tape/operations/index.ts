export {
  add,
  affine,
  detach,
  divide,
  exp,
  inverseRoot,
  log,
  multiply,
  negate,
  reciprocal,
  relu,
  sigmoid,
  softplus,
  square,
  step,
  subtract,
  tanh,
} from "./elementwise.js";
export { product, products, transpose } from "./product.js";
export { largest, logSumExp, maxRows, mean, meanRows, normalise, softmax, sum, sumRows, unitRows } from "./rows.js";
export {
  columns,
  concat,
  entry,
  gather,
  padColumns,
  reshape,
  roll,
  scatter,
  split,
  stack,
  swapMiddle,
} from "./shape.js";
export { spread, sumTo } from "./spread.js";
