/* All kernels for one instruction set: compiled once for each, with VECTOR bytes to a vector and the name of the table. */
#include "adam.h"
#include "arrays.h"
#include "ascent.h"
#include "bits.h"
#include "copies.h"
#include "draws.h"
#include "gaps.h"
#include "list.h"
#include "overlaps.h"
#include "products.h"
#include "projector.h"
#include "screen.h"
#include "single-vectors.h"
#include "tensors.h"
#include "vectors.h"
#include "votes-of-one.h"
#include "votes.h"
#include "walks.h"

/* The kernels of workspaces come first, in the order of src/kernels/wasm/workspace-module.ts, which lists rely on. */
const Kernel TABLE[] = {
    {"bitsProduct", 13, bits_product},
    {"denseProduct", 14, dense_product},
    {"denseProducts", 16, dense_products},
    {"drawMeans", 7, draw_means},
    {"drawStates", 13, draw_states},
    {"drawNormals", 15, draw_normals},
    {"transposeNumbers", 7, transpose_numbers},
    {"transposeBits", 8, transpose_bits},
    {"columnSums", 7, column_sums},
    {"softplusSums", 7, softplus_sums},
    {"applyFunction", 9, apply_function},
    {"combineArrays", 9, combine_arrays},
    {"combineRows", 9, combine_rows},
    {"rowSums", 6, row_sums},
    {"softmax", 6, softmax},
    {"logSumExps", 6, log_sum_exps},
    {"adam", 17, adam},
    {"ascend", 11, ascend},
    {"ascendProducts", 23, ascend_products},
    {"energyGaps", 10, energy_gaps},
    {"gapGradients", 13, gap_gradients},
    {"ascendColumns", 11, ascend_columns},
    {"copyRows", 10, copy_rows},
    {"clearNumbers", 5, clear_numbers},
    {"performCalls", 1, perform_calls},
#if defined(__AVX512VPOPCNTDQ__)
    {"manyOverlaps", 7, overlaps},
#else
    /* Tables are faster for many states. */
    {"overlaps", 7, overlaps},
#endif
    {"product16", 7, product16},
    {"product16OfOne", 7, product16_of_one},
    {"product16Wide", 7, product16_wide},
    {"product32", 6, product32},
    {"product64", 6, product64},
    {"wholeSigns", 8, whole_signs},
    {"wholeSignsOfOne", 8, whole_signs_of_one},
    {"multiply", 5, multiply},
    {"wholeVisit", 15, whole_visit},
    {"fractionVisit", 16, fraction_visit},
    {"denseFields", 5, dense_fields},
    {"denseFlips", 6, dense_flips},
    {"denseVisit", 9, dense_visit},
    {"sparseFields", 6, sparse_fields},
    {"sparseFlips", 7, sparse_flips},
    {"sparseVisit", 10, sparse_visit},
    {"orthonormalise", 8, orthonormalise},
    {"addOuterProducts", 5, add_outer_products},
    {"addSquares", 7, add_squares},
    {"screen", 8, screen},
    {"vectors", 7, vectors},
    {"singleVectors", 6, single_vectors},
    {"mergeSums", 2, merge_sums},
    {0, 0, 0},
};
