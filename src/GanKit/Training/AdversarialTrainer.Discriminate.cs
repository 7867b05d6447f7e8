using static TorchSharp.torch;

namespace GanKit;

/// <content>What the discriminator says, asked between two steps.</content>
public sealed partial class AdversarialTrainer<TG, TD>
{
    /// <inheritdoc/>
    public double LearningRateFactor
    {
        get;
        set => field = value > 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(
            nameof(value), value, $"{nameof(LearningRateFactor)} must be a finite number above 0; 1 is the options' own rate.");
    } = 1;

    /// <inheritdoc/>
    public void Warn(string warning)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(warning);
        _notices.Add(warning);
    }

    /// <inheritdoc/>
    public Batch CopyBatch()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _reader?.CopyNext(long.MaxValue) ?? throw new InvalidOperationException("No Fit or Steps is running that has a batch.");
    }

    /// <inheritdoc/>
    public IReadOnlyList<DiscriminatorLogits> Discriminate(params IReadOnlyList<Batch> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var turn = _use.BeginStep();
        _generatorState.RequireUnmoved();
        _discriminatorState.RequireUnmoved();
        foreach (var batch in batches)
        {
            ArgumentNullException.ThrowIfNull(batch, nameof(batches));
            Guarded.RequireUsable(Device, [.. batch.Named().Select(entry => ($"batch's {entry.Name}", entry.Tensor))]);
        }

        using var full = Precision.Float32.Autocast(Device);
        using var kept = new Untouched(this); // once, so that each batch has latents of its own
        var results = new List<DiscriminatorLogits>();
        try
        {
            foreach (var batch in batches)
                Discriminate(batch, results);
            return results;
        }
        catch
        {
            foreach (var result in results)
                result.Dispose();
            throw;
        }
    }

    private void Discriminate(Batch batch, List<DiscriminatorLogits> results)
    {
        using var scope = NewDisposeScope();
        var local = batch.To(Device, _options.ChannelsLast);
        try
        {
            var context = new StepContext(StepCount, _generatorSteps, Device) { DiscriminatorLogits = results };
            IRound round;
            using (no_grad())
                round = Forward(() => Objective.Begin(Generator, Discriminator, local, context));
            using (enable_grad()) // a penalty of the objective's own may need them
                _ = Forward(round.DiscriminatorLoss);
        }
        catch (Exception error)
        {
            if (!Guarded.IsForeign(error))
                throw;
            var named = local.Named();
            throw Guarded.Explain(
                error, $"The discriminator could not run on a batch of {Guarded.Describe(named)}", named,
                ("generator", Generator), ("discriminator", Discriminator));
        }
        finally
        {
            if (!ReferenceEquals(local, batch))
                local.Dispose();
        }
    }

    /// <summary>Puts back, when disposed, all that a pass without an update changes: buffers, the objective's state, random states.</summary>
    private sealed class Untouched : IDisposable
    {
        private readonly RandomSnapshot _random;
        private readonly (IStateful Part, State State)[] _parts;

        internal Untouched(AdversarialTrainer<TG, TD> trainer)
        {
            _random = RandomSnapshot.Of(trainer.Device);
            IEnumerable<IStateful> parts = [trainer._generatorState.Unlearned, trainer._discriminatorState.Unlearned];
            if (trainer.Objective is IStateful objective)
                parts = parts.Append(objective);
            _parts = [.. parts.Select(part => (part, part.SaveState()))];
        }

        public void Dispose()
        {
            foreach (var (part, state) in _parts)
            {
                part.LoadState(state);
                state.Dispose();
            }

            _random.Restore();
            _random.Dispose();
        }
    }
}
