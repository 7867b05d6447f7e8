using static System.FormattableString;

namespace GanKit.Monitoring;

/// <summary>Which faults a run's readings show, each with what was seen.</summary>
/// <param name="options">The thresholds.</param>
internal sealed class Diagnosis(WatchdogOptions options)
{
    private const double Sure = 2; // standard errors beyond a threshold
    private const double Apart = 2.5; // standard errors of the distance between training and held-out data
    private const double GoneWorse = 0.05; // of the distance, for a growth of losses to be more than a change of scale
    private const double Memorized = 0.6; // the least rank of training samples above held-out ones
    private const double NearData = 0.5; // of the samples, for what they leave out to be told from what they do not reach yet
    private const double AllRight = 0.98; // accuracies of a discriminator that tells all apart

    /// <summary>The fault that explains the others comes first.</summary>
    /// <param name="readings">Those of the run, or since it went back; the last one is looked at.</param>
    internal IEnumerable<(TrainingFault Fault, string Seen)> Find(ReadOnlySpan<HealthReading> readings)
    {
        var now = readings[^1];
        var found = new List<(TrainingFault, string)>();
        if (now.NotFinite is { } broken)
        {
            found.Add((TrainingFault.Divergence, $"Not a finite number any more: {broken}."));
            return found;
        }

        if (readings.Length <= options.WarmUp)
            return found;
        Add(TrainingFault.Divergence, Diverged(now, readings[..^1]));
        Add(TrainingFault.NarrowData, Narrow(now));
        var stands = StandsStill(readings, options.Stall);
        // At its beginning a healthy run has samples of little diversity, which come nearer to the data.
        Add(TrainingFault.ModeCollapse, stands ? Collapsed(now) : null);
        Add(TrainingFault.DiscriminatorOverfitting, Overfitted(now));
        Add(TrainingFault.DiscriminatorOverpowering, stands ? Overpowering(now) : null);
        Add(TrainingFault.NoProgress, Blind(now) ?? (stands && StandsStill(readings, 2 * options.Stall) ? Still(now) : null));
        return found;

        void Add(TrainingFault fault, string? seen)
        {
            if (seen is not null)
                found.Add((fault, seen));
        }
    }

    private string? Diverged(HealthReading now, ReadOnlySpan<HealthReading> before)
    {
        var gap = Math.Abs(now.RealLogit - now.FakeLogit);
        if (!double.IsNaN(now.Boundary) && gap > options.MostLogits)
            return Invariant($"The discriminator's mean logits of real and generated samples are {gap:G3} apart.");
        var best = double.MaxValue;
        foreach (var reading in before)
            best = double.IsNaN(reading.Distance) ? best : Math.Min(best, reading.Distance);
        if (now.Distance < best + GoneWorse)
            return null;
        return Grown("the generator's gradient", before, reading => reading.GeneratorGradient)
            ?? Grown("the discriminator's gradient", before, reading => reading.DiscriminatorGradient)
            ?? Grown("the generator's loss", before, reading => Math.Abs(reading.GeneratorLoss))
            ?? Grown("the discriminator's loss", before, reading => Math.Abs(reading.DiscriminatorLoss));

        string? Grown(string what, ReadOnlySpan<HealthReading> earlier, Func<HealthReading, double> value)
        {
            double[] values = [.. earlier.ToArray().Select(value).Where(double.IsFinite).Order()];
            var median = values.Length == 0 ? 0 : values[values.Length / 2];
            return median > 0 && value(now) > options.Explosion * median // of a loss that is 0 most of the time nothing is known
                ? Invariant($"{what} is {value(now):G3}, where it was {median:G3} before, and samples became worse.") : null;
        }
    }

    private string? Narrow(HealthReading now) =>
        now.DataDiversity + Sure * now.DataDiversityError < options.NarrowDiversity && now.DataDistance - Sure * now.DataDistanceError > options.FarDistance / 2
            ? Invariant($"Two training samples differ by {now.DataDiversity:F2} of what two held-out ones do, and the two sets are {now.DataDistance:F2} apart.")
            // A discriminator refuses held-out samples where it learnt the others by heart, and where they are of another kind.
            : Overfitted(now) is not null && now.DataDistance > Apart * now.DataDistanceError
                ? Invariant($"The discriminator takes {now.HeldOutAccuracy:P0} of held-out samples for real, which are {now.DataDistance:F3} from the training data: they are of another kind.")
                : null;

    private string? Collapsed(HealthReading now)
    {
        // Narrow data have no more to learn from.
        var share = now.Diversity / Math.Min(1, double.IsNaN(now.DataDiversity) ? 1 : now.DataDiversity);
        if (share + Sure * now.DiversityError < options.CollapsedDiversity)
            return Invariant($"Two generated samples differ by {share:F2} of what two real ones do.");
        return now.Precision >= NearData && now.Coverage < options.CollapsedCoverage * now.Precision
            ? Invariant($"{now.Precision:P0} of samples lie among the data, but they lie near {now.Coverage:P0} of the real ones alone.") : null;
    }

    private string? Overfitted(HealthReading now) =>
        now.Overfitting >= options.OverfittingRate && now.RealAccuracy - now.HeldOutAccuracy >= options.AccuracyGap && now.Memorization >= Memorized
            ? Invariant($"The discriminator takes {now.RealAccuracy:P0} of training samples for real, and {now.HeldOutAccuracy:P0} of held-out real ones (r_v = {now.Overfitting:F2}).")
            : null;

    private string? Overpowering(HealthReading now) =>
        now.Separation >= options.PerfectSeparation && IsFar(now)
            && (double.IsNaN(now.Boundary) || Math.Min(now.RealAccuracy, now.FakeAccuracy) >= AllRight)
            ? Invariant($"The discriminator tells {now.Separation:P1} of real and generated samples apart, and samples, {now.Distance:F2} from the data, came no nearer in {options.Stall} readings.")
            : null;

    private string? Blind(HealthReading now) => now.Separation <= options.BlindSeparation && IsFar(now)
        ? Invariant($"Samples are {now.Distance:F2} from the data, but the discriminator ranks real ones above them in {now.Separation:P0} of pairs alone.")
        : null;

    private string? Still(HealthReading now) => IsFar(now)
        ? Invariant($"Samples are {now.Distance:F2} from the data, and came no nearer in {2 * options.Stall} readings.") : null;

    private bool IsFar(HealthReading now) => now.Distance - Sure * now.DistanceError > options.FarDistance;

    /// <summary>Whether the best of the last readings is no better than the best before, beyond their errors.</summary>
    private static bool StandsStill(ReadOnlySpan<HealthReading> readings, int last)
    {
        if (readings.Length <= last)
            return false;
        var (before, since) = (Best(readings[..^last]), Best(readings[^last..]));
        return before is not null && since is not null
            && since.Distance > before.Distance - Math.Sqrt(Square(before.DistanceError) + Square(since.DistanceError));

        static HealthReading? Best(ReadOnlySpan<HealthReading> some)
        {
            HealthReading? best = null;
            foreach (var reading in some)
                best = double.IsNaN(reading.Distance) || best?.Distance <= reading.Distance ? best : reading;
            return best;
        }

        static double Square(double value) => value * value;
    }
}
