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
export {
  ascendingOrder,
  largest,
  logSumExp,
  maxRows,
  mean,
  meanRows,
  normalise,
  softmax,
  sum,
  sumRows,
  unitRows,
} from "./rows.js";
export {
  arrange,
  arrangeBack,
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
export { solve } from "./solve.js";
export { spread, sumTo } from "./spread.js";
export { quadraticForm, symmetric } from "./symmetric.js";
