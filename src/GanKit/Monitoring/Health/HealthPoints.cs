namespace GanKit.Monitoring;

/// <summary>A reading as the points that reports and logs show.</summary>
internal static class HealthPoints
{
    private const double Interval = 1.96; // standard errors to either side, for 95 %

    /// <summary>Those that are known.</summary>
    internal static IEnumerable<MetricPoint> Of(HealthReading reading)
    {
        MetricPoint[] all =
        [
            With("distance to the data", reading.Distance, reading.DistanceError, lowerIsBetter: true),
            With("diversity of samples", reading.Diversity, reading.DiversityError, lowerIsBetter: false),
            With("distance of samples to training data", reading.TrainingDistance, reading.TrainingDistanceError, lowerIsBetter: true),
            With("distance of held-out to training data", reading.DataDistance, reading.DataDistanceError, lowerIsBetter: true),
            Of("coverage of the data", reading.Coverage, lowerIsBetter: false),
            Of("D accuracy, real", reading.RealAccuracy, lowerIsBetter: false),
            Of("D accuracy, generated", reading.FakeAccuracy, lowerIsBetter: false),
            Of("D accuracy, held-out", reading.HeldOutAccuracy, lowerIsBetter: false),
            Of("D tells real from generated", reading.Separation, lowerIsBetter: true),
            Of("D tells training from held-out", reading.Memorization, lowerIsBetter: true),
            Of("overfitting of D (r_v)", reading.Overfitting, lowerIsBetter: true),
            Of("gradient norm, generator", reading.GeneratorGradient, lowerIsBetter: true),
            Of("gradient norm, discriminator", reading.DiscriminatorGradient, lowerIsBetter: true),
            Of("spectral norm, generator", reading.GeneratorSpectralNorm, lowerIsBetter: true),
            Of("spectral norm, discriminator", reading.DiscriminatorSpectralNorm, lowerIsBetter: true),
            Of("loss ratio, generator to discriminator", reading.LossRatio, lowerIsBetter: true),
        ];
        return all.Where(point => double.IsFinite(point.Value));

        MetricPoint Of(string name, double value, bool lowerIsBetter) => new(reading.Step, name, value, LowerIsBetter: lowerIsBetter);

        MetricPoint With(string name, double value, double error, bool lowerIsBetter) =>
            new(reading.Step, name, value, value - Interval * error, value + Interval * error, lowerIsBetter);
    }
}
