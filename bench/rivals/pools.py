"""Which BLAS a process uses, and how many threads the pools of its libraries have. Only the standard library is needed."""

import ctypes
import os
import re
import sys

VARIABLES = ["OPENBLAS", "OMP", "MKL", "BLIS", "GOTO", "NUMEXPR"]

# Variables that make a library run slower kernels than the processor has.
SLOWING = r"OPENBLAS_.*|NVPL_BLAS_.*|MKL_(DEBUG_CPU_TYPE|ENABLE_INSTRUCTIONS|CBWR)|BLIS_ARCH_TYPE|NPY_DISABLE_.*"

# Libraries by the name of their file, or of its folder where a distribution calls every BLAS libblas.so.3.
KINDS = [
    ("MKL", r"libmkl_"),
    ("BLIS", r"libblis\b|blis"),
    ("OpenBLAS", r"lib(scipy_)?openblas|openblas"),
    ("Accelerate", r"Accelerate|libvecLib"),
    ("NVPL", r"libnvpl_blas"),
    ("Arm PL", r"libarmpl"),
    ("ATLAS", r"lib[stc]*atlas|atlas"),
]
REFERENCE = r"lib(c|f)?blas\.(so|\d|dylib)"

OPENBLAS = [f"{before}openblas_{{}}{after}" for before in ("", "scipy_") for after in ("", "64_", "_64")]
# Pool: files, and the names of the functions that set and tell the number of threads.
POOLS = {
    "OpenBLAS": (r"openblas", [(f.format("set_num_threads"), f.format("get_num_threads")) for f in OPENBLAS]),
    "MKL": (r"libmkl_rt|libmkl_core", [("MKL_Set_Num_Threads", "MKL_Get_Max_Threads")]),
    "BLIS": (r"libblis", [("bli_thread_set_num_threads", "bli_thread_get_num_threads")]),
    "OpenMP": (r"lib(gomp|omp|iomp5)\b", [("omp_set_num_threads", "omp_get_max_threads")]),
}


def drop_slowing():
    """Runs libraries as they are installed; for a process that has not loaded them yet."""
    for name in [name for name in os.environ if re.fullmatch(SLOWING, name)]:
        del os.environ[name]


def set_threads(count):
    """Gives every pool `count` threads, those of libraries that are not loaded yet as well, and returns what the loaded
    ones then say: the number of threads by pool. The pools of torch are set if it is imported."""
    for name in VARIABLES:
        os.environ[f"{name}_NUM_THREADS"] = str(count)
    found = {}
    for pool, (pattern, functions) in POOLS.items():
        for path in (path for path in libraries() if re.search(pattern, os.path.basename(path))):
            library = ctypes.CDLL(path)
            for setter, getter in functions:
                if hasattr(library, setter) and hasattr(library, getter):
                    getattr(library, setter)(ctypes.c_int(count))
                    found[pool] = max(found.get(pool, 0), getattr(library, getter)())
                    break
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(count)
        # It may be set only once.
        if torch.get_num_interop_threads() != count:
            torch.set_num_interop_threads(count)
        found["torch"] = torch.get_num_threads()
        found["torch inter-op"] = torch.get_num_interop_threads()
    return found


def libraries():
    """The shared libraries of this process: from /proc, or else those that threadpoolctl knows, if it is installed."""
    try:
        with open("/proc/self/maps") as file:
            return mapped(file.read())
    except OSError:
        pass
    try:
        from threadpoolctl import threadpool_info

        return [pool["filepath"] for pool in threadpool_info()]
    except ImportError:
        return []


def mapped(maps):
    """The files in the text of /proc/<pid>/maps, each once."""
    fields = [line.split(None, 5) for line in maps.splitlines()]
    paths = [field[5].strip().removesuffix(" (deleted)") for field in fields if len(field) == 6]
    return list(dict.fromkeys(path for path in paths if path.startswith("/")))


def blas_of(paths):
    """The kind and the path of the BLAS among libraries: the kind is "reference" for the plain one, None for none."""
    plain = (None, None)
    for path in paths:
        folder, name = os.path.split(path)
        is_blas = re.match(REFERENCE, name) is not None
        for kind, pattern in KINDS:
            if re.match(pattern, os.path.basename(folder) if is_blas else name):
                return kind, path
        if is_blas and plain == (None, None):
            plain = ("reference", path)
    return plain


def name_of(kind, path):
    """With its version and the processor that its kernels are for, where the library tells."""
    if kind == "OpenBLAS":
        library = ctypes.CDLL(path)
        config, core = (text_of(library, what) for what in ("get_config", "get_corename"))
        version = re.match(r"OpenBLAS (\d+(\.\d+)+)", config)
        return f"OpenBLAS{f' {version[1]}' if version else ''}{f' ({core})' if core else ''}"
    return kind


def text_of(library, what):
    for form in OPENBLAS:
        if hasattr(library, form.format(what)):
            function = getattr(library, form.format(what))
            function.restype = ctypes.c_char_p
            return (function() or b"").decode()
    return ""


def refusal(path):
    """Why a process with the reference BLAS is not raced: nobody would use it for speed."""
    remedy = "install an optimised BLAS (Debian: apt-get install libopenblas0-pthread)"
    return f"it uses the reference BLAS {path}, about ten times as slow as an optimised one; {remedy}"
