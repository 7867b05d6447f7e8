namespace GanKit;

/// <content>Saving and loading the state of a run.</content>
public sealed partial class AdversarialTrainer<TG, TD> : IRunParts
{
    // Of the options, what changes no number of a run, and the device, which a run may leave.
    private static readonly string[] OptionsAside =
        [nameof(TrainerOptions.FiniteCheckInterval), nameof(TrainerOptions.KeepHostMemory), nameof(TrainerOptions.Device)];

    private FitParts? _fit; // what the last Fit or Steps was given
    private Func<TrainingDivergedException, bool>? _recover; // of the callbacks of the Fit that is going on
    private State? _later; // of the data and callbacks that come with the next one
    private volatile bool _stopRequested;
    private bool _isWithinStep;
    private bool _isWithoutFit; // what is saved

    /// <summary>
    /// All that the run consists of: both networks with their optimisers, the average, counts, warnings, the objective and the
    /// schedule where they keep something, the data's position and callbacks of <see cref="Fit"/> and <see cref="Steps"/>, libtorch's
    /// random state. Ask between two steps.
    /// </summary>
    /// <remarks>
    /// After a state was loaded, the next <see cref="Fit"/> or <see cref="Steps"/> gives the data and the callbacks theirs, and goes on in
    /// the middle of an epoch where it was taken there. Loaded within <see cref="Fit"/>, the data go on where they are. Load it last:
    /// whatever draws random numbers after it changes the run.
    /// </remarks>
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It is called by a part of a step, or within <see cref="UseForInference"/>.</exception>
    public void VisitState(StateVisitor visitor)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(visitor);
        using var turn = _use.BeginStep();
        var (steps, epochs) = (StepCount, EpochCount);
        visitor.Value("steps", ref steps, least: 0);
        visitor.Value("generator_steps", ref _generatorSteps, least: 0);
        visitor.Value("epochs", ref epochs, least: 0);
        (StepCount, EpochCount) = (steps, epochs);
        visitor.Part("generator", _generatorState);
        visitor.Part("discriminator", _discriminatorState);
        visitor.Part("average", _average);
        visitor.Same("objective_kind", Objective.GetType().Name.Split('`')[0]);
        visitor.Part("objective", Objective);
        visitor.Part("schedule", _options.Schedule);
        visitor.Part("notices", _notices);
        var factor = visitor.IsSaving ? LearningRateFactor : 1;
        visitor.Value("learning_rate_factor", ref factor);
        if (visitor.IsLoading)
            LearningRateFactor = factor;
        if (visitor.IsSaving && _isWithoutFit)
            visitor.Part("fit", null);
        else if (visitor.IsSaving && _later is null)
            visitor.Part("fit", _fit is { IsStateful: true } ? _fit : null);
        else
            visitor.Late("fit", ref _later);
        visitor.Group("random", random =>
        {
            RandomState.Visit(random);
            CudaRandom.Visit(random, Device);
        });
        if (visitor.IsLoading && _fit is { Reader.IsOpen: true })
            DropLater();
    }

    bool IRunParts.IsBetweenSteps => !_isWithinStep;

    SortedDictionary<string, string> IRunParts.Describe()
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Description.AddNetwork(all, "generator", _generatorSide);
        Description.AddNetwork(all, "discriminator", _discriminatorSide);
        Description.Add(all, "objective", Objective);
        Description.Add(all, "options", _options);
        Description.Add(all, "optimizer/generator", _generatorState.OptimizerSettings);
        Description.Add(all, "optimizer/discriminator", _discriminatorState.OptimizerSettings);
        foreach (var name in OptionsAside)
            all.Remove($"options/{name}");
        return all;
    }

    State IRunParts.SaveLearned()
    {
        _isWithoutFit = true;
        try
        {
            return this.SaveState();
        }
        finally
        {
            _isWithoutFit = false;
        }
    }

    void IRunParts.GoBack(State state)
    {
        var (steps, generatorSteps, epochs) = (StepCount, _generatorSteps, EpochCount);
        string[] warnings = [.. Warnings];
        this.LoadState(state);
        (StepCount, _generatorSteps, EpochCount) = (steps, generatorSteps, epochs);
        Array.ForEach(warnings, _notices.Add);
    }

    /// <summary>Takes what a loaded state keeps for the data and the callbacks of a run that begins.</summary>
    private FitParts BeginFit(IEnumerable<Batch> data, TrainingCallback[] callbacks)
    {
        var fit = new FitParts(new(data), callbacks);
        if (_later is not null)
        {
            StatefulExtensions.Load(
                fit, _later, "The data or a callback is not made as in the run whose state was loaded, so that this run did not begin");
            DropLater();
        }

        _stopRequested = false;
        _reader = fit.Reader;
        return _fit = fit;
    }

    private void DropLater()
    {
        _later?.Dispose();
        _later = null;
    }

    /// <summary>The parts that a trainer gets by <see cref="Fit"/> or <see cref="Steps"/>.</summary>
    private sealed class FitParts(BatchReader reader, TrainingCallback[] callbacks) : IStateful
    {
        internal BatchReader Reader => reader;

        internal long EpochSteps; // of the epoch that the data is at

        /// <summary>Whether it took a state, and was not enumerated since.</summary>
        internal bool IsResumed { get; set; }

        internal bool IsStateful => reader.IsStateful || Array.Exists(callbacks, callback => callback is IStateful);

        public void VisitState(StateVisitor visitor)
        {
            visitor.Value("epoch_steps", ref EpochSteps, least: 0);
            reader.VisitState(visitor, "data");
            visitor.Group("callbacks", visitor =>
            {
                // One that is new begins as it is made.
                foreach (var (name, callback) in Named().Where(entry => visitor.IsSaving || visitor.Has(entry.Name)))
                    visitor.Part(name, callback);
            });
            IsResumed |= visitor.IsLoading;
            if (visitor.IsLoading && !reader.IsStateful)
                EpochSteps = 0; // each enumeration is a whole epoch
        }

        private IEnumerable<(string Name, TrainingCallback Callback)> Named() => callbacks.Where(callback => callback is IStateful)
            .GroupBy(callback => callback.GetType().Name)
            .SelectMany(kind => kind.Select((callback, number) => (number == 0 ? kind.Key : $"{kind.Key} {number + 1}", callback)));
    }
}
