using System.Diagnostics;

namespace GanKit.Tests.Monitoring.Health;

/// <summary>What the watchdog says of real runs. The explicit rows count how many are caught, and how many alarms are false.</summary>
public class WatchdogRunsTests
{
    // For a look at some kinds alone.
    private static readonly string? Kinds = Environment.GetEnvironmentVariable("GANKIT_WATCHDOG_KINDS");

    private const int FirstCounted = 100; // seeds below it are for setting thresholds

    [Theory]
    [InlineData("NaN in the data", TrainingFault.Divergence)]
    [InlineData("one class", TrainingFault.NarrowData, Explicit = true)]
    [InlineData("200 pictures", TrainingFault.DiscriminatorOverfitting, Explicit = true)]
    public void SpoiledRun_IsCaught(string kind, TrainingFault fault) => Assert.Contains(
        WatchedRun.Train(kind, seed: 1, steps: kind == "NaN in the data" ? 120 : 400), found => found.Title == FaultAdvice.Title(fault));

    [Fact(Explicit = true)]
    public void HealthyRun_IsLeftAlone() => Assert.Empty(WatchedRun.Train("eight gaussians", seed: 1, steps: 600));

    /// <summary>All of it, to be read: how soon each spoiled run is caught, by which words, and how often a healthy one raises an alarm.</summary>
    [Fact(Explicit = true)]
    public void AllRuns_AreCounted()
    {
        var seconds = Stopwatch.StartNew();
        var output = TestContext.Current.TestOutputHelper!;
        var caught = 0;
        foreach (var (kind, faults) in WatchedRun.Spoiled.Where(entry => Kinds is null || Kinds.Contains(entry.Key)))
        {
            string[] titles = [.. faults.Select(FaultAdvice.Title)];
            for (var seed = First(); seed < First() + 3; seed++)
            {
                HealthReading? last = null;
                var events = WatchedRun.Train(kind, seed, look: reading => last = reading);
                var hit = events.FirstOrDefault(found => titles.Contains(found.Title));
                caught += hit is null ? 0 : 1;
                output.WriteLine($"{kind}, seed {seed}: {(hit is null ? "MISSED" : $"caught at step {hit.Step}")}; "
                    + string.Join("; ", events.Select(found => $"{found.Step} {found.Title}")) + Numbers(last!));
            }
        }

        var alarms = 0;
        for (var run = 0; run < 20; run++)
        {
            var kind = WatchedRun.Healthy[run % WatchedRun.Healthy.Length];
            HealthReading? last = null;
            var events = WatchedRun.Train(kind, First() + 10 + run, look: reading => last = reading);
            alarms += events.Count > 0 ? 1 : 0;
            output.WriteLine($"healthy {kind}, seed {First() + 10 + run}: " + string.Join("; ", events.Select(found => $"{found.Step} {found.Title}: {found.Text}"))
                + Numbers(last!));
        }

        output.WriteLine($"Caught {caught} of {3 * WatchedRun.Spoiled.Count} spoiled runs; {alarms} of 20 healthy runs had an alarm; {seconds.Elapsed.TotalSeconds:F0} s.");
        Assert.True(caught >= 2 * WatchedRun.Spoiled.Count, $"Only {caught} were caught.");
        Assert.True(alarms <= 4, $"{alarms} false alarms.");

        static string Numbers(HealthReading last) =>
            $" | distance {last.Distance:F3}, diversity {last.Diversity:F2}, precision {last.Precision:F2}, coverage {last.Coverage:F2}, separation {last.Separation:F2}, "
            + $"r_v {last.Overfitting:F2}, accuracies {last.RealAccuracy:F2} {last.HeldOutAccuracy:F2}, memorization {last.Memorization:F2}, "
            + $"data {last.DataDiversity:F3} +- {last.DataDiversityError:F3}, {last.DataDistance:F3} +- {last.DataDistanceError:F3} apart";

        static int First() => Environment.GetEnvironmentVariable("GANKIT_WATCHDOG_TUNING") is null ? FirstCounted : 0;
    }
}
