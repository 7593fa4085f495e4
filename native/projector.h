/*
 * Gram-Schmidt over patterns, as in assembly/projector.ts, which says how the matrices lie in panels of 16 columns. Sums
 * run in the order of the formula; neighbouring sums lie in the lanes.
 */
#pragma once
#include "call.h"
#include "lanes.h"

enum { PANEL = 16, PANEL_BLOCK = PANEL * PANEL, PANEL_VECTORS = PANEL * 8 / VECTOR, MANY_PATTERNS = 4 };
/* Rows of sums that fit in the registers at a time. */
enum { PANEL_ROWS = VECTOR == 64 ? 8 : VECTOR == 32 ? 2 : 1 };

typedef int32_t i32half __attribute__((vector_size(VECTOR / 2), aligned(4), may_alias));

/* The addresses of row 0 of panel c, of T as if it had the rows above row 16 c. */
INLINE double *row_panel(double *rows, size_t size, size_t c) {
  return rows + PANEL_BLOCK * (c * (size / PANEL - 1) - (c * (c - 1)) / 2);
}
INLINE double *column_panel(double *columns, size_t c) { return columns + PANEL_BLOCK / 2 * c * (c + 1); }

/*
 * out[r][lane] += sum of factors[k][r] * panel[k][lane] over k, for `count` rows of sums: those of factors are `step` numbers
 * apart, those of sums `width`.
 */
INLINE void add_panel(
    int count, double *out, size_t width, const double *factors, size_t step, const double *panel, size_t from,
    size_t to) {
  f64v c[PANEL_ROWS][PANEL_VECTORS];
  for (int r = 0; r < count; r++) {
    for (int v = 0; v < PANEL_VECTORS; v++) c[r][v] = *(const f64v *)(out + r * width + v * VECTOR / 8);
  }
  for (size_t k = from; k < to; k++) {
    for (int r = 0; r < count; r++) {
      const f64v factor = f64_splat(factors[k * step + r]);
      for (int v = 0; v < PANEL_VECTORS; v++) c[r][v] += *(const f64v *)(panel + k * PANEL + v * VECTOR / 8) * factor;
    }
  }
  for (int r = 0; r < count; r++) {
    for (int v = 0; v < PANEL_VECTORS; v++) *(f64v *)(out + r * width + v * VECTOR / 8) = c[r][v];
  }
}

INLINE void add_row(double *out, const double *factors, const double *panel, size_t from, size_t to) {
  add_panel(1, out, 0, factors, 1, panel, from, to);
}

/* The same for all 16 rows of sums. */
INLINE void add_rows(double *out, size_t width, const double *factors, const double *panel, size_t from, size_t to) {
  for (int r = 0; r < PANEL; r += PANEL_ROWS)
    add_panel(PANEL_ROWS, out + r * width, width, factors + r, PANEL, panel, from, to);
}

/* out[lane] = sum of factors[k] * panel[k][lane] over the first rows of a panel of whole numbers. */
INLINE void multiply_whole(double *out, const double *factors, const int32_t *panel, size_t count) {
  f64v c[PANEL_VECTORS] = {{0}};
  for (size_t k = 0; k < count; k++) {
    const f64v factor = f64_splat(factors[k]);
    for (int v = 0; v < PANEL_VECTORS; v++) {
      c[v] += __builtin_convertvector(*(const i32half *)(panel + k * PANEL + v * VECTOR / 8), f64v) * factor;
    }
  }
  for (int v = 0; v < PANEL_VECTORS; v++) *(f64v *)(out + v * VECTOR / 8) = c[v];
}

INLINE void negate(double *row, size_t count) {
  for (size_t k = 0; k < count; k++) row[k] = -row[k];
}

/* Numbers: gram, rows, columns, size, from, to, work, least. */
static double orthonormalise(const Call *call) {
  const int32_t *gram = AT(const int32_t, 0);
  double *rows = AT(double, 1), *columns = AT(double, 2), *products = AT(double, 6);
  const size_t size = INDEX(3), from = INDEX(4), to = INDEX(5);
  const size_t panel = from / PANEL, first = panel * PANEL;
  double *parts = products + size * PANEL, *states = parts + size * PANEL, *product = states + size * PANEL;
  double *own = product + size;
  const int32_t *gram_panel = gram + panel * size * PANEL;
  memset(states, 0, size * PANEL * sizeof(double));
  for (size_t k = 0; k < to * PANEL; k++) products[k] = gram_panel[k];
  const int is_many = to - from >= MANY_PATTERNS;
  if (is_many) {
    memset(parts, 0, first * PANEL * sizeof(double));
    for (size_t c = 0; c < panel; c++)
      add_rows(parts + c * PANEL_BLOCK, PANEL, column_panel(columns, c), products, 0, (c + 1) * PANEL);
    negate(parts, first * PANEL);
    for (size_t c = 0; c < panel; c++)
      add_rows(states + c * PANEL, size, parts, row_panel(rows, size, c), c * PANEL, first);
  }
  for (size_t k = from; k < to; k++) {
    double *z = states + (k - first) * size;
    z[k] = 1;
    for (size_t mu = 0; mu <= k; mu++) product[mu] = products[mu * PANEL + k - first];
    for (int pass = 0; pass < 2; pass++) {
      const size_t start = pass == 0 && is_many ? panel : 0;
      for (size_t c = start; c <= panel; c++) {
        double *at = own + c * PANEL;
        memset(at, 0, PANEL * sizeof(double));
        add_row(at, product, column_panel(columns, c), 0, k < (c + 1) * PANEL ? k : (c + 1) * PANEL);
        negate(at, PANEL);
      }
      for (size_t c = 0; c <= panel; c++)
        add_row(z + c * PANEL, own, row_panel(rows, size, c), (c > start ? c : start) * PANEL, k);
      for (size_t c = 0; c <= panel; c++) multiply_whole(product + c * PANEL, z, gram + c * size * PANEL, k + 1);
    }
    double square = 0;
    for (size_t mu = 0; mu <= k; mu++) square += z[mu] * product[mu];
    if (!(square > NUMBER(7))) return (double)k;
    const double length = __builtin_sqrt(square);
    for (size_t c = 0; c <= panel; c++) {
      double *row = row_panel(rows, size, c) + k * PANEL;
      double *column = column_panel(columns, panel) + c * PANEL_BLOCK + k - first;
      for (int lane = 0; lane < PANEL; lane++) {
        row[lane] = z[c * PANEL + lane] / length;
        column[lane * PANEL] = row[lane];
      }
    }
  }
  return (double)to;
}

/* Numbers: rows, size, from, to, middle. */
static double add_outer_products(const Call *call) {
  double *rows = AT(double, 0), *middle = AT(double, 4);
  const size_t size = INDEX(1), from = INDEX(2), to = INDEX(3);
  for (size_t c = 0; c * PANEL < to; c++) {
    const size_t start = c * PANEL > from ? c * PANEL : from;
    for (size_t b = 0; b <= c; b++) {
      double *block = middle + b * PANEL * size + c * PANEL;
      add_rows(block, size, row_panel(rows, size, b), row_panel(rows, size, c), start, to);
    }
  }
  return 0;
}

enum { SQUARES = 4, SQUARE_TABLES = 8 };

/* The table of eight rows of coefficients: row b has those whose bit of b is 0 with a minus. */
INLINE void fill_signed(const double *rows, f64x4 *table) {
  f64x4 sum = {0};
  for (int k = 0; k < 8; k++) sum -= *(const f64x4 *)(rows + k * PANEL);
  table[0] = sum;
  for (int half = 1; half < 256; half *= 2, rows += PANEL) {
    const f64x4 change = 2 * *(const f64x4 *)rows;
    for (int b = 0; b < half; b++) table[half + b] = table[b] + change;
  }
}

INLINE void add_tables(const f64x4 *tables, const uint8_t *bytes, size_t count, size_t length, f64x4 *sums) {
  for (size_t i = 0; i < length; i++) {
    f64x4 sum = sums[i];
    for (size_t t = 0; t < count; t++) sum += tables[t * 256 + bytes[t * length + i]];
    sums[i] = sum;
  }
}

/* Numbers: columns, from, to, bytes, length, sums, diagonal; the tables fill the first page. */
static double add_squares(const Call *call) {
  double *columns = AT(double, 0), *diagonal = AT(double, 6);
  const size_t from = INDEX(1), to = INDEX(2), length = INDEX(4);
  const uint8_t *bytes = AT(const uint8_t, 3);
  f64x4 *sums = AT(f64x4, 5), *tables = (f64x4 *)call->memory;
  for (size_t k = from & ~(size_t)3; k < to; k += SQUARES) {
    const double *rows = column_panel(columns, k / PANEL) + k % PANEL;
    const size_t groups = k / 8 + 1;
    memset(sums, 0, length * sizeof *sums);
    for (size_t g = 0; g < groups; g += SQUARE_TABLES) {
      const size_t count = groups - g < SQUARE_TABLES ? groups - g : SQUARE_TABLES;
      for (size_t t = 0; t < count; t++) fill_signed(rows + (g + t) * 8 * PANEL, tables + t * 256);
      if (count == SQUARE_TABLES) add_tables(tables, bytes + g * length, SQUARE_TABLES, length, sums);
      else add_tables(tables, bytes + g * length, count, length, sums);
    }
    const size_t start = from > k ? from - k : 0, end = to - k < SQUARES ? to - k : SQUARES;
    for (size_t i = 0; i < length; i++) {
      for (size_t lane = start; lane < end; lane++) diagonal[i] += sums[i][lane] * sums[i][lane];
    }
  }
  return 0;
}
