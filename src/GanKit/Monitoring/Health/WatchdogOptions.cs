namespace GanKit.Monitoring;

/// <summary>When <see cref="Watchdog"/> says that something is wrong. Thresholds without a source were set on short runs on toy data; what they then found in counted ones is in the guide.</summary>
public sealed record WatchdogOptions
{
    /// <summary>Readings at the beginning of a run, and after going back, from which nothing but NaN and infinity is concluded; 5.</summary>
    public int WarmUp { get; init; } = 5;

    /// <summary>Readings in a row that must show a fault before it is said, so that one noisy reading is none; 3. NaN and infinity are said at once.</summary>
    public int Patience { get; init; } = 3;

    /// <summary>Readings in a row without a fault after which it is over, and may be said again; 3.</summary>
    public int Recovery { get; init; } = 3;

    /// <summary>Readings without an improvement after which a run stands still; 10.</summary>
    public int Stall { get; init; } = 10;

    /// <summary>A gradient or loss of so many times the median of the readings before is a divergence; 100.</summary>
    public double Explosion { get; init; } = 100;

    /// <summary>
    /// A difference of so much between the mean logits of real and generated samples is a divergence, where the loss has a boundary between
    /// them; 50, at which a sigmoid is 1 to the last bit of a float32 and beyond.
    /// </summary>
    public double MostLogits { get; init; } = 50;

    /// <summary><see cref="HealthReading.Diversity"/> below this share of the training data's is a mode collapse; 0.5.</summary>
    public double CollapsedDiversity { get; init; } = 0.5;

    /// <summary>
    /// A mode collapse is also where most samples lie among the data, but <see cref="HealthReading.Coverage"/> is below this share of
    /// <see cref="HealthReading.Precision"/>; 0.3. Of equal distributions it is 0.97 of it.
    /// </summary>
    public double CollapsedCoverage { get; init; } = 0.3;

    /// <summary><see cref="HealthReading.DataDiversity"/> below this is too narrow, where the two sets are also apart; 0.9.</summary>
    public double NarrowDiversity { get; init; } = 0.9;

    /// <summary>
    /// <see cref="HealthReading.Overfitting"/>, r_v, of so much is overfitting; 0.5, from where on Karras et al. 2020 (figure 5) augment, to keep it from
    /// rising. The discriminator also has to take <see cref="AccuracyGap"/> more training samples for real than held-out ones.
    /// </summary>
    public double OverfittingRate { get; init; } = 0.5;

    /// <summary>The least difference of its accuracies on training and on held-out real samples; 0.2.</summary>
    public double AccuracyGap { get; init; } = 0.2;

    /// <summary><see cref="HealthReading.Separation"/> of so much is a discriminator that tells all apart; 0.995.</summary>
    public double PerfectSeparation { get; init; } = 0.995;

    /// <summary><see cref="HealthReading.Separation"/> of no more than this is a discriminator that tells nothing apart; 0.6.</summary>
    public double BlindSeparation { get; init; } = 0.6;

    /// <summary>A <see cref="HealthReading.Distance"/> above this is far from the data; 0.1.</summary>
    public double FarDistance { get; init; } = 0.1;

    /// <summary>The factor on both learning rates when a run goes back, in (0, 1]; 0.5.</summary>
    public double RollBackFactor { get; init; } = 0.5;

    /// <summary>How often a run may go back; at the next fault it stops. 3.</summary>
    public int MostRollBacks { get; init; } = 3;

    /// <summary>Throws where an option is out of range; <see cref="Watchdog"/> calls it.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it, its value and what is allowed.</exception>
    public void Validate()
    {
        Require(WarmUp >= 0, nameof(WarmUp), WarmUp, "at least 0");
        Require(Patience >= 1, nameof(Patience), Patience, "at least 1");
        Require(Recovery >= 1, nameof(Recovery), Recovery, "at least 1");
        Require(Stall >= 2, nameof(Stall), Stall, "at least 2");
        Require(Explosion > 1, nameof(Explosion), Explosion, "above 1");
        Require(MostLogits > 0, nameof(MostLogits), MostLogits, "above 0");
        Require(CollapsedDiversity is >= 0 and <= 1, nameof(CollapsedDiversity), CollapsedDiversity, "from 0 to 1");
        Require(CollapsedCoverage is >= 0 and <= 1, nameof(CollapsedCoverage), CollapsedCoverage, "from 0 to 1");
        Require(NarrowDiversity is >= 0 and <= 1, nameof(NarrowDiversity), NarrowDiversity, "from 0 to 1");
        Require(OverfittingRate > 0, nameof(OverfittingRate), OverfittingRate, "above 0");
        Require(AccuracyGap is >= 0 and <= 1, nameof(AccuracyGap), AccuracyGap, "from 0 to 1");
        Require(PerfectSeparation is >= 0.5 and <= 1, nameof(PerfectSeparation), PerfectSeparation, "from 0.5 to 1");
        Require(BlindSeparation is >= 0 and <= 1, nameof(BlindSeparation), BlindSeparation, "from 0 to 1");
        Require(FarDistance >= 0, nameof(FarDistance), FarDistance, "at least 0");
        Require(RollBackFactor is > 0 and <= 1, nameof(RollBackFactor), RollBackFactor, "above 0, at most 1");
        Require(MostRollBacks >= 0, nameof(MostRollBacks), MostRollBacks, "at least 0");

        static void Require(bool isFine, string name, double value, string allowed)
        {
            if (!isFine)
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"{nameof(WatchdogOptions)}.{name} is {value}, but must be {allowed}."), name);
            }
        }
    }
}
