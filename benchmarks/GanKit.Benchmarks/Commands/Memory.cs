using System.Diagnostics;

namespace GanKit.Benchmarks;

/// <summary>This process's resident memory, in MB of 10^6 bytes.</summary>
internal static class Memory
{
    internal static double ResidentMb() => Read(process => process.WorkingSet64);

    internal static double PeakResidentMb() => Read(process => process.PeakWorkingSet64);

    private static double Read(Func<Process, long> bytes)
    {
        using var process = Process.GetCurrentProcess();
        return bytes(process) / 1e6;
    }
}
