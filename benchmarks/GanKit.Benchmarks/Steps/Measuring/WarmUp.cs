namespace GanKit.Benchmarks;

/// <summary>Steps before the ones that are measured.</summary>
internal static class WarmUp
{
    /// <summary>From so many steps on, a warm-up is one for measuring memory.</summary>
    internal const int ForMemory = 100;

    private const int StepsAtATime = 50;
    private const int QuietTimes = 4;
    private const int Times = 20;
    private const double Quiet = 0.002;

    /// <summary>
    /// Takes the steps asked for. If these are at least <see cref="ForMemory"/>, it goes on until resident memory has
    /// reached no new height for 200 steps, but no longer than for 1000: the C library's heap finds its size only slowly.
    /// </summary>
    /// <returns>How many steps it took.</returns>
    internal static int Run(ITrainingStep step, int steps)
    {
        for (var i = 0; i < steps; i++)
            step.Run();
        if (steps < ForMemory)
            return steps;

        var (height, quiet) = (Memory.OwnResidentMb(), 0);
        for (var time = 0; time < Times && quiet < QuietTimes; time++, steps += StepsAtATime)
        {
            for (var i = 0; i < StepsAtATime; i++)
                step.Run();
            var now = Memory.OwnResidentMb();
            quiet = now <= height * (1 + Quiet) ? quiet + 1 : 0;
            height = Math.Max(height, now);
        }

        return steps;
    }
}
