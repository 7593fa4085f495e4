/**
 * The two tables of figure D.2: test images by digit (row) and the pattern that they came to (column), in images. NaN where
 * the print cannot be read in the text at hand: two cells of row 8 before training, which are 50 together by the row's sum
 * of 974, and cell (7, 8) after it.
 */
export const publishedTables: Readonly<Record<number, readonly (readonly number[])[]>> = {
  0: [
    [883, 0, 4, 10, 5, 14, 27, 2, 31, 4],
    [0, 1106, 0, 3, 1, 8, 2, 0, 14, 1],
    [31, 117, 711, 17, 31, 0, 39, 22, 50, 14],
    [6, 34, 29, 793, 1, 37, 8, 15, 72, 15],
    [4, 34, 0, 1, 664, 0, 44, 3, 20, 212],
    [28, 107, 4, 147, 21, 465, 33, 14, 30, 43],
    [28, 53, 15, 2, 77, 28, 749, 2, 3, 1],
    [8, 80, 11, 0, 16, 1, 3, 830, 18, 61],
    [20, 45, 10, 88, 5, 16, 14, Number.NaN, 726, Number.NaN],
    [15, 34, 5, 8, 99, 10, 9, 47, 31, 751],
  ],
  10: [
    [772, 12, 8, 19, 7, 59, 58, 2, 32, 7],
    [0, 1112, 0, 3, 0, 4, 2, 0, 14, 0],
    [22, 120, 744, 14, 33, 2, 33, 17, 41, 5],
    [2, 46, 57, 691, 2, 94, 9, 8, 84, 16],
    [0, 39, 0, 1, 728, 0, 38, 2, 18, 156],
    [15, 115, 0, 161, 25, 469, 28, 8, 34, 35],
    [18, 61, 25, 1, 80, 28, 739, 0, 3, 0],
    [4, 106, 12, 4, 18, 1, 2, 779, Number.NaN, 73],
    [14, 51, 14, 129, 6, 36, 17, 12, 649, 46],
    [6, 35, 6, 11, 158, 14, 2, 45, 45, 685],
  ],
};
