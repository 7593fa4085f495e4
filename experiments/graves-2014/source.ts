export const citation = "Graves, Wayne and Danihelka, Neural Turing machines, arXiv 1410.5401 (2014)";
