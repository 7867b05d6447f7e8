using System.Diagnostics;
using static TorchSharp.torch;

namespace GanKit;

/// <content>One step: the order of work, the gradients, the updates.</content>
public sealed partial class AdversarialTrainer<TG, TD>
{
    /// <summary>Trains on one batch, for a loop of your own.</summary>
    /// <remarks>
    /// It counts no epochs, so a schedule in epochs stands still: give it steps as its unit, or use <see cref="Steps"/>.
    /// </remarks>
    /// <param name="batch">The batch; it stays yours to dispose. It is copied to the trainer's device where needed.</param>
    /// <returns>The result of the step.</returns>
    /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
    /// <exception cref="InvalidOperationException">
    /// A network was moved to another device after the trainer was made, what <see cref="UseForInference"/> returned
    /// here is not disposed yet, or a part of a step calls this.
    /// </exception>
    /// <exception cref="ArgumentException">The batch does not fit the networks: its shape, or its type, which is to be
    /// that of their weights. Or a normalisation gets one value to take a variance of; nothing has changed then.
    /// </exception>
    /// <exception cref="TrainingDivergedException">A loss, a weight, a buffer or an average is not finite; checked every
    /// <see cref="TrainerOptions.FiniteCheckInterval"/> steps.
    /// </exception>
    /// <param name="generatorBatch">
    /// Another batch for the generator's loss, where it is updated, whose fakes are made anew; by default the same one. See
    /// <see cref="TrainerOptions.FreshRealBatch"/>.
    /// </param>
    public StepResult Step(Batch batch, Batch? generatorBatch = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (generatorBatch is not null && !generatorBatch.IsLike(batch))
        {
            throw new ArgumentException(
                "The generator's batch must have tensors of the same names, shapes and types as the discriminator's, but its samples are "
                + $"{generatorBatch.Real.Describe()}, and those of the discriminator's {batch.Real.Describe()}.", nameof(generatorBatch));
        }

        return RunStep(batch, generatorBatch, CancellationToken.None);
    }

    private StepResult RunStep(Batch batch, Batch? generatorBatch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var turn = _use.BeginStep(cancellation);
        var begun = Stopwatch.GetTimestamp();
        ObjectDisposedException.ThrowIf(_disposed, this); // while this waited
        _generatorState.RequireUnmoved();
        _discriminatorState.RequireUnmoved();
        generatorBatch ??= batch;
        var named = ReferenceEquals(generatorBatch, batch) ? batch.Named() : batch.Named().Concat(generatorBatch.Named());
        Guarded.RequireUsable(Device, [.. named.Select(entry => ($"batch's {entry.Name}", entry.Tensor))]);
        using var metrics = new MetricsBuffer(Device);

        var updatesGenerator = StepUpdatesGenerator();
        ScaleLearningRates();
        using (enable_grad()) // the caller may have turned gradients off
        using (Precision.Float32.Autocast(Device)) // and may have opened a scope of another precision
        using (NewDisposeScope())
        {
            _notices.IsRead = (StepCount + 1) % _options.FiniteCheckInterval == 0;
            _notices.LookAtData("samples", batch.Real);
            _notices.LookAtData("conditions", batch.Condition);
            var local = batch.To(Device, _options.ChannelsLast);
            var isShared = ReferenceEquals(generatorBatch, batch);
            var localOfGenerator = isShared ? local : generatorBatch.To(Device, _options.ChannelsLast);
            try
            {
                UpdateWatched(local, localOfGenerator, updatesGenerator, metrics);
            }
            catch (Exception error) when (Guarded.IsForeign(error))
            {
                var given = local.Named();
                throw Guarded.Explain(
                    error, $"Step {StepCount + 1} failed in {_stage}, on a batch of {Guarded.Describe(given)}", given,
                    ("generator", Generator), ("discriminator", Discriminator));
            }
            finally
            {
                if (!ReferenceEquals(local, batch))
                    local.Dispose();
                if (!isShared && !ReferenceEquals(localOfGenerator, generatorBatch))
                    localOfGenerator.Dispose();
            }
        }

        var read = metrics.Seal();
        StepCount++;
        if (updatesGenerator)
        {
            _generatorSteps++;
            _average?.Update();
        }

        var step = StepCount;
        var result = LastStep = new StepResult(step, EpochCount + 1, batch.Size, updatesGenerator, LearningRates, Read)
        {
            Duration = Stopwatch.GetElapsedTime(begun),
        };
        if (_notices.IsFirst && Device.type != TorchSharp.DeviceType.META)
            _ = result.Metrics; // which are looked at
        _notices.IsFirst = false;
        if (StepCount % _options.FiniteCheckInterval == 0)
            RequireFinite(result);
        return result;

        IReadOnlyDictionary<string, double> Read()
        {
            var values = read();
            _notices.LookAtMetrics(step, values);
            return values;
        }
    }

    /// <summary>
    /// With n discriminator steps, the generator joins the last of each n, or the first where it goes first.
    /// </summary>
    private bool StepUpdatesGenerator()
    {
        var place = _options.Order == StepOrder.GeneratorFirst ? 0 : _options.DiscriminatorSteps - 1;
        return StepCount % _options.DiscriminatorSteps == place;
    }

    private void ScaleLearningRates()
    {
        var time = _options.Schedule.Unit == ScheduleUnit.Epochs ? EpochCount : StepCount;
        var factor = LearningRateFactor * _options.Schedule.FactorAt(time);
        _generatorState.ScaleLearningRate(factor);
        _discriminatorState.ScaleLearningRate(factor);
    }

    private void Update(Batch batch, Batch generatorBatch, bool updatesGenerator, MetricsBuffer metrics)
    {
        var context = new StepContext(StepCount, _generatorSteps, Device) { Notices = _notices };
        if (!updatesGenerator)
        {
            UpdateDiscriminator(GenerateForDiscriminator);
            return;
        }

        // One generator pass for both losses keeps its graph over the discriminator's update, which touches none of it.
        Func<Batch, IRound> generateForDiscriminator = GenerateForDiscriminator, generateForGenerator = Generate;
        if (_options is { ReuseFakes: true, GradientAccumulation: 1 } && ReferenceEquals(batch, generatorBatch))
        {
            var shared = Generate(batch);
            generateForDiscriminator = generateForGenerator = _ => shared;
        }

        if (_options.Order == StepOrder.DiscriminatorFirst)
        {
            UpdateDiscriminator(generateForDiscriminator);
            UpdateGenerator(generateForGenerator);
        }
        else
        {
            UpdateGenerator(generateForGenerator);
            UpdateDiscriminator(generateForDiscriminator);
        }

        IRound Generate(Batch part)
        {
            _stage = "the generator's pass";
            return Forward(() => Objective.Begin(Generator, Discriminator, part, context))
                ?? throw new InvalidOperationException($"{Objective.GetType().Name}.Begin returned null instead of a round.");
        }

        IRound GenerateForDiscriminator(Batch part)
        {
            using (no_grad())
                return Generate(part);
        }

        void UpdateDiscriminator(Func<Batch, IRound> generate) =>
            Learn(_discriminatorState, "discriminator", part => generate(part).DiscriminatorLoss(), batch, metrics);

        void UpdateGenerator(Func<Batch, IRound> generate)
        {
            using (_discriminatorState.Freeze())
                Learn(_generatorState, "generator", part => generate(part).GeneratorLoss(), generatorBatch, metrics);
        }
    }

    /// <summary>Adds up one network's gradients over the parts of the batch, and updates it.</summary>
    private void Learn(NetworkState network, string name, Func<Batch, LossTerms> loss, Batch batch, MetricsBuffer metrics)
    {
        network.ClearGradients();
        if (_options.GradientAccumulation == 1)
        {
            Backward(batch, share: 1);
        }
        else
        {
            // Parts differ in size by one at most; each weighs by its share of the batch.
            var parts = Math.Min(_options.GradientAccumulation, batch.Size);
            for (var i = 0L; i < parts; i++)
            {
                var start = batch.Size * i / parts;
                using var part = batch.Slice(start, batch.Size * (i + 1) / parts - start);
                Backward(part, (double)part.Size / batch.Size);
            }
        }

        _watch?.RequireVariances();
        if (_options.SynchronizeGradients is { } synchronize)
        {
            _stage = $"the synchronisation of the {name}'s gradients";
            network.Synchronize(synchronize);
        }

        _stage = $"the update of the {name}";
        network.Update(_options.MaxGradientNorm);

        void Backward(Batch part, double share)
        {
            using var scope = NewDisposeScope();
            _stage = $"the {name}'s loss";
            var terms = Forward(() => loss(part)) ?? throw new InvalidOperationException(
                $"{Objective.GetType().Name} returned null instead of the {name}'s loss.");
            var total = terms.Total();
            if (!total.requires_grad)
            {
                throw new InvalidOperationException(
                    $"The {name}'s loss has no gradient: none of its terms ({string.Join(", ", terms.Select(term => term.Name))}) "
                    + $"depends on the {name}'s weights. Were they computed without gradients, or from something detached?");
            }

            _notices.LookAtTerms(name, terms);
            _stage = $"the gradients of the {name}'s loss ({string.Join(", ", terms.Select(term => term.Name))})";
            network.Backward(share == 1 ? total : total.Times(share));
            metrics.Add(name, terms, total, share);
        }
    }

    /// <summary>Runs networks in the precision asked for. All else of a step stands outside.</summary>
    private T Forward<T>(Func<T> run)
    {
        try
        {
            using (_options.Precision.Autocast(Device))
                return run();
        }
        finally
        {
            // The weights may change before the next, and casts made without gradients would be taken for ones with.
            AutocastScope.ForgetCasts();
        }
    }
}
