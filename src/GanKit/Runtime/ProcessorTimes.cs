using System.Globalization;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>The processor time of a process and of one of its threads up to now, in seconds.</summary>
/// <param name="Wall">Since the process began.</param>
/// <param name="Process">All threads of the process on all cores.</param>
/// <param name="Ran">The thread on a core.</param>
/// <param name="Waited">The thread ready to run, with no core for it. Time in which it waits for data or for a lock is in neither.</param>
/// <param name="Cores">How many cores libtorch's operations could take: threads, or processors where those are fewer.</param>
internal readonly record struct ProcessorTimes(double Wall, double Process, double Ran, double Waited, int Cores)
{
    // Threads that the process itself has too many of wait as well, but then it has the cores.
    private const double WaitsMuch = 0.2, HasTheCores = 0.85;

    /// <summary>Those of this thread; null where the system does not tell (all but Linux).</summary>
    internal static ProcessorTimes? OfThisThread()
    {
        const string file = "/proc/thread-self/schedstat"; // nanoseconds on a core, nanoseconds waiting for one, turns
        if (!OperatingSystem.IsLinux() || !File.Exists(file))
            return null;
        var fields = File.ReadAllText(file).Split(' ');
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return new(
            (DateTime.Now - process.StartTime).TotalSeconds, Environment.CpuUsage.TotalTime.TotalSeconds, Seconds(fields[0]),
            Seconds(fields[1]), Math.Min(get_num_threads(), Environment.ProcessorCount));

        static double Seconds(string nanoseconds) => long.Parse(nanoseconds, CultureInfo.InvariantCulture) / 1e9;
    }

    /// <summary>Advice where, since earlier times of the same thread, other programs had the cores that it waited for; else null.
    /// </summary>
    internal string? Contention(ProcessorTimes since = default)
    {
        var (wall, used) = (Wall - since.Wall, Process - since.Process);
        var (ran, waited) = (Ran - since.Ran, Waited - since.Waited);
        return Cores > 1 && waited > WaitsMuch * (ran + waited) && used < HasTheCores * Cores * wall
            ? string.Create(CultureInfo.InvariantCulture, $"Other programs use the processor: {waited / (ran + waited):P0} of the time there ")
                + "was no core free. libtorch's threads wait for each other, so that fewer are faster then: set OMP_NUM_THREADS=1, or call "
                + "torch.set_num_threads(1)."
            : null;
    }
}
