using static TorchSharp.torch;

namespace GanKit;

/// <content>Checks for failures that would otherwise be silent.</content>
public sealed partial class AdversarialTrainer<TG, TD>
{
    private const int MostWatchedShapes = 256;

    private (string Role, nn.Module Network)[] Networks => [("generator", _generatorSide), ("discriminator", _discriminatorSide)];

    /// <summary>How many shapes of batches are known to be fine.</summary>
    internal int WatchedShapes => _watchedShapes.Count;

    /// <summary>The first step on batches of a shape is watched, where that makes a difference: see <see cref="NormWatch"/>.</summary>
    private void UpdateWatched(Batch batch, Batch generatorBatch, bool updatesGenerator, MetricsBuffer metrics)
    {
        var shape = _hasNorms ? $"{string.Join(", ", batch.Named().Select(entry => entry.Tensor!.Describe()))}, {updatesGenerator}" : "";
        var isNew = _hasNorms && !_watchedShapes.Contains(shape);
        try
        {
            if (isNew)
                _watch = new NormWatch(DescribeBatch(), batch.Size / Parts() == 1, Networks);
            Update(batch, generatorBatch, updatesGenerator, metrics);
            if (_watchedShapes.Count == MostWatchedShapes)
                _watchedShapes.Clear(); // pictures of random sizes: those that come again are watched again
            if (isNew)
                _watchedShapes.Add(shape);
        }
        catch (Exception error)
        {
            _watch?.Restore();
            if (error is ArgumentException refused && NormValues.LayerIn(refused) is var (layer, needed, given))
                throw NormWatch.Refusal(layer, needed, given, DescribeBatch(), Networks);
            throw;
        }
        finally
        {
            _watch?.Dispose();
            _watch = null;
        }

        long Parts() => Math.Min(_options.GradientAccumulation, batch.Size);

        string DescribeBatch() => $"a batch of shape {batch.Real.Describe()}"
            + (Parts() > 1 ? $" in {Parts()} parts (GradientAccumulation)" : "");
    }

    private void RequireFinite(StepResult result)
    {
        if (Device.type == TorchSharp.DeviceType.META)
            return; // there are no values to look at
        _notices.EndRead(result.Step);

        var broken = result.Metrics.Where(metric => !double.IsFinite(metric.Value))
            .Select(metric => $"{metric.Key} = {metric.Value}").ToArray();
        if (broken.Length > 0)
        {
            throw new TrainingDivergedException(
                $"Training diverged by step {result.Step}: {string.Join(", ", broken)}. Look for NaN or infinite values "
                + "in the data, a learning rate that is too high "
                + "(2e-4 is customary), or a loss without a bound; TrainerOptions.MaxGradientNorm clips gradients, and "
                + "FiniteCheckInterval = 1 finds the first bad step.");
        }

        if (FiniteCheck.Find(_average, Networks) is { } ruined)
        {
            throw new TrainingDivergedException(
                $"Training diverged by step {result.Step}, though its losses are finite: no numbers any more are in {ruined}. "
                + "Normalisation of one value makes running_var NaN, and a square root at zero the gradient; "
                + "FiniteCheckInterval = 1 finds the first bad step.");
        }
    }
}
