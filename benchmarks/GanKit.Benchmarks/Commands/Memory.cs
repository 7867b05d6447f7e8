using System.Diagnostics;
using System.Globalization;

namespace GanKit.Benchmarks;

/// <summary>This process's resident memory, in MB of 10^6 bytes.</summary>
internal static class Memory
{
    private const string LinuxStatus = "/proc/self/status";

    /// <summary>
    /// After a collection that gives back what it frees: what .NET has yet to collect, or keeps to allocate from, is no
    /// growth.
    /// </summary>
    internal static double ResidentMb()
    {
        Collect();
        return Read(process => process.WorkingSet64);
    }

    /// <summary>
    /// What the process itself wrote, after the same collection. Pages of files, as those of libtorch, come and go as the
    /// system likes, so on Linux they are left out.
    /// </summary>
    internal static double OwnResidentMb()
    {
        if (!OperatingSystem.IsLinux())
            return ResidentMb();
        Collect();
        // RssAnon:  12 kB
        var line = File.ReadLines(LinuxStatus).First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture) * 1024 / 1e6;
    }

    internal static double PeakResidentMb() => Read(process => process.PeakWorkingSet64);

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private static double Read(Func<Process, long> bytes)
    {
        using var process = Process.GetCurrentProcess();
        return bytes(process) / 1e6;
    }
}
