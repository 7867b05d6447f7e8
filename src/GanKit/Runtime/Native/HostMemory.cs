using System.Runtime.InteropServices;

namespace GanKit;

/// <summary>What happens to the freed memory of tensors on the CPU.</summary>
/// <remarks>
/// libtorch frees each tensor to the C library at once. glibc returns large blocks to the system there and then, so that every
/// large tensor of a step begins as pages that the system has to find and fill with zeros, time and again. GPUs have a cache in
/// libtorch itself; for the processor the C library can serve as one.
/// </remarks>
internal static class HostMemory
{
    // Of malloc.h; the values are part of glibc's interface.
    private const int TrimThreshold = -1, TopPad = -2, MmapThreshold = -3;
    private const int Never = -1, OneGibibyte = 1 << 30;

    // On threads but the first, glibc takes memory in stretches of 64 MiB, and returns one that is empty unless it wants that much in
    // reserve. The reserve is address space alone until something is written to it.
    private const int MoreThanOneStretch = 128 << 20, UsualTopPad = 128 << 10;

    private const int LookedAtWhenFreed = 256 << 10;

    // glibc's initial values, except the first, which it would adapt: setting any of these ends that.
    private const int UsualMmapThreshold = 32 << 20, UsualTrimThreshold = 128 << 10;

    private static readonly Lazy<Functions?> Native = new(Functions.Find);

    // The setting and the C library's options change together.
    private static readonly Lock Gate = new();

    /// <summary>Whether this process keeps what tensors free.</summary>
    internal static bool IsKept { get; private set; }

    /// <summary>Asks for it, or for the C library's usual ways; without effect where there is no glibc.</summary>
    internal static void Keep(bool keep)
    {
        lock (Gate)
        {
            if (Native.Value is not { } malloc || IsKept == keep)
                return;
            malloc.Adjust(keep);
            IsKept = keep;
            if (!keep)
                GiveBack();
        }
    }

    /// <summary>Returns to the system what this thread and the first one have free now, whatever is kept later.</summary>
    internal static unsafe void GiveBack()
    {
        lock (Gate)
        {
            if (Native.Value is not { } malloc)
                return;
            // Trimming passes over the end of another thread's memory, which is looked at when something large is freed there.
            malloc.Adjust(keep: false);
            NativeMemory.Free(NativeMemory.Alloc(LookedAtWhenFreed));
            _ = malloc.Trim(0);
            malloc.Adjust(IsKept);
        }
    }

    private sealed unsafe class Functions
    {
        internal required delegate* unmanaged<int, int, int> SetOption { get; init; }

        internal required delegate* unmanaged<nuint, int> Trim { get; init; }

        internal void Adjust(bool keep)
        {
            // Blocks from 1 GiB on stay the system's. Older versions take no more than 32 MiB, which is worth having too.
            if (SetOption(MmapThreshold, keep ? OneGibibyte : UsualMmapThreshold) == 0)
                _ = SetOption(MmapThreshold, UsualMmapThreshold);
            _ = SetOption(TrimThreshold, keep ? Never : UsualTrimThreshold);
            _ = SetOption(TopPad, keep ? MoreThanOneStretch : UsualTopPad);
        }

        /// <summary>glibc's, unless the environment of the process configures its memory.</summary>
        internal static Functions? Find()
        {
            if (!OperatingSystem.IsLinux() || IsDecidedOutside() || !NativeLibrary.TryLoad("libc.so.6", out var glibc))
                return null;
            return NativeLibrary.TryGetExport(glibc, NativeNames.SetMallocOption, out var setOption) && NativeLibrary.TryGetExport(glibc, NativeNames.TrimMalloc, out var trim)
                ? new() { SetOption = (delegate* unmanaged<int, int, int>)setOption, Trim = (delegate* unmanaged<nuint, int>)trim }
                : null;
        }

        private static bool IsDecidedOutside() =>
            Mentions("MALLOC_MMAP_THRESHOLD_", "") || Mentions("MALLOC_TRIM_THRESHOLD_", "") || Mentions("LD_PRELOAD", "malloc")
            || Mentions("GLIBC_TUNABLES", "malloc.mmap_threshold") || Mentions("GLIBC_TUNABLES", "malloc.trim_threshold");

        private static bool Mentions(string variable, string part) =>
            Environment.GetEnvironmentVariable(variable) is { } value && value.Contains(part, StringComparison.Ordinal);
    }
}
