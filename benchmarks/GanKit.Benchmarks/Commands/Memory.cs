using System.Diagnostics;

namespace GanKit.Benchmarks;

/// <summary>This process's resident memory, in MB of 10^6 bytes.</summary>
internal static class Memory
{
    /// <summary>After a collection: what .NET has yet to collect is no growth.</summary>
    internal static double ResidentMb()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Read(process => process.WorkingSet64);
    }

    internal static double PeakResidentMb() => Read(process => process.PeakWorkingSet64);

    private static double Read(Func<Process, long> bytes)
    {
        using var process = Process.GetCurrentProcess();
        return bytes(process) / 1e6;
    }
}
