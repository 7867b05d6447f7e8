using static TorchSharp.torch;

namespace GanKit.Monitoring;

/// <summary>Takes readings of a trainer: on batches of training data, and on held-out ones.</summary>
internal sealed class HealthReader(IReadOnlyCollection<Batch> training, IReadOnlyCollection<Batch> heldOut, Func<Tensor, Tensor>? features)
{
    private const int Neighbour = 5; // of Naeem et al. 2020

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
            GeneratorSpectralNorm = SpectralNorm(trainer.Generator),
            DiscriminatorSpectralNorm = SpectralNorm(trainer.Discriminator),
        };
        var losses = step.Metrics.Where(metric => !double.IsFinite(metric.Value)).Select(metric => metric.Key).ToArray();
        if (losses.Length > 0)
            return reading with { NotFinite = string.Join(", ", losses) };

        var results = new List<DiscriminatorLogits>();
        try
        {
            results.AddRange(trainer.Discriminate([.. training, .. heldOut]));
            var ofTraining = results.Count / (training.Count + heldOut.Count) * training.Count;
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

    /// <summary>The largest of all weights' largest singular values, to about 1 %: by power iterations from the mean of the rows.</summary>
    private static double SpectralNorm(nn.Module network)
    {
        const int Iterations = 10;
        using var scope = NewDisposeScope();
        Tensor[] norms = [.. network.parameters().Where(weight => weight.dim() > 1 && weight.numel() > 0).Select(weight =>
        {
            using var each = NewDisposeScope();
            var matrix = weight.detach().flatten(1).to(float32);
            var vector = matrix.square().sum([0]).sqrt();
            for (var i = 0; i < Iterations; i++)
                vector = nn.functional.normalize(matrix.t().mv(matrix.mv(vector)), dim: 0);
            return matrix.mv(vector).norm().MoveToOuterDisposeScope();
        })];
        return norms.Length == 0 ? double.NaN : stack(norms).max().item<float>();
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
        var (reference, fakes) = (held ?? trained, Vectors((held is null ? training : heldOut).Select(result => result.Fake)));
        var samples = SampleComparison.Of(reference, fakes);
        var balls = Math.Min(reference.shape[0], fakes.shape[0]) > Neighbour ? BallCounts.Between(reference, fakes, Neighbour, strict: true) : null;
        reading = reading with
        {
            Distance = samples.Distance,
            DistanceError = samples.DistanceError,
            Diversity = samples.Diversity,
            DiversityError = samples.DiversityError,
            Precision = balls?.Precision ?? double.NaN,
            Coverage = balls?.Coverage ?? double.NaN,
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
        var near = SampleComparison.Of(trained, Vectors(training.Select(result => result.Fake)));
        return reading with
        {
            DataDiversity = data.Diversity,
            DataDiversityError = data.DiversityError,
            TrainingDistance = near.Distance,
            TrainingDistanceError = near.DistanceError,
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
