using static TorchSharp.torch;

namespace GanKit.Monitoring;

/// <summary>Takes readings of a trainer: on batches of training data, and on held-out ones.</summary>
internal sealed class HealthReader(IReadOnlyCollection<Batch> training, IReadOnlyCollection<Batch> heldOut, Func<Tensor, Tensor>? features)
{
    /// <summary>Reads a trainer after a step.</summary>
    internal HealthReading Read(ITrainer trainer, StepResult step)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var reading = new HealthReading
        {
            Step = step.Step,
            DiscriminatorLoss = step.DiscriminatorLoss,
            GeneratorLoss = step.GeneratorLoss,
            GeneratorGradient = GradientNorm(trainer.Generator),
            DiscriminatorGradient = GradientNorm(trainer.Discriminator),
        };
        var losses = step.Metrics.Where(metric => !double.IsFinite(metric.Value)).Select(metric => metric.Key).ToArray();
        if (losses.Length > 0)
            return reading with { NotFinite = string.Join(", ", losses) };

        var results = new List<DiscriminatorLogits>();
        try
        {
            results.AddRange(training.SelectMany(trainer.Discriminate));
            var ofTraining = results.Count;
            results.AddRange(heldOut.SelectMany(trainer.Discriminate));
            var heldOutByName = results.Skip(ofTraining).ToLookup(result => result.Name);
            return results.Take(ofTraining).GroupBy(result => result.Name)
                .Select(domain => Of(reading, [.. domain], [.. heldOutByName[domain.Key]]))
                .MinBy(domain => double.IsNaN(domain.Diversity) ? double.MaxValue : domain.Diversity) ?? reading;
        }
        finally
        {
            foreach (var result in results)
                result.Dispose();
        }
    }

    /// <summary>What the last update left in the parameters; not known of the first steps that do not update the network.</summary>
    private static double GradientNorm(nn.Module network)
    {
        Tensor[] gradients = [.. network.parameters().Select(parameter => parameter.grad).OfType<Tensor>()];
        return gradients.Length == 0 ? double.NaN : ManyTensors.Norm(gradients).to(float32).item<float>();
    }

    private HealthReading Of(HealthReading reading, DiscriminatorLogits[] training, DiscriminatorLogits[] heldOut)
    {
        var real = LogitStatistics.Of(training.Select(result => result.RealLogits));
        var fake = LogitStatistics.Of(training.Select(result => result.FakeLogits));
        if (!real.IsFinite || !fake.IsFinite)
            return reading with { NotFinite = "the discriminator's logits" };

        var ownBoundary = LogitStatistics.Boundary(training[0].Loss);
        var boundary = double.IsNaN(ownBoundary) ? (real.Mean + fake.Mean) / 2 : ownBoundary;
        var trained = Vectors(training.Select(result => result.Real));
        var held = heldOut.Length > 0 ? Vectors(heldOut.Select(result => result.Real)) : null;
        var samples = SampleComparison.Of(held ?? trained, Vectors((held is null ? training : heldOut).Select(result => result.Fake)));
        reading = reading with
        {
            Distance = samples.Distance,
            DistanceError = samples.DistanceError,
            Diversity = samples.Diversity,
            DiversityError = samples.DiversityError,
            Boundary = ownBoundary,
            RealAccuracy = real.ShareAbove(boundary),
            FakeAccuracy = 1 - fake.ShareAbove(boundary),
            Separation = real.RankAbove(fake),
            RealLogit = real.Mean,
            FakeLogit = fake.Mean,
        };
        if (held is null)
            return reading;

        var unseen = LogitStatistics.Of(heldOut.Select(result => result.RealLogits));
        var data = SampleComparison.Of(held, trained);
        return reading with
        {
            DataDiversity = data.Diversity,
            DataDistance = data.Distance,
            DataDistanceError = data.DistanceError,
            HeldOutAccuracy = unseen.ShareAbove(boundary),
            Memorization = real.RankAbove(unseen),
            Overfitting = (real.Mean - unseen.Mean) / (real.Mean - fake.Mean),
        };
    }

    private Tensor Vectors(IEnumerable<Tensor> samples) =>
        cat([.. samples.Select(batch => (features?.Invoke(batch) ?? batch).to(float32).flatten(1))]);
}
