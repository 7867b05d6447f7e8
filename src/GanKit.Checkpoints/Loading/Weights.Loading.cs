using static TorchSharp.torch;

namespace GanKit.Checkpoints;

public static partial class Weights
{
    /// <summary>Loads a file's weights into this network, in place and exactly: names and sizes must agree.</summary>
    /// <remarks>
    /// Everything is checked before the first weight changes, so all are loaded or none. Parameters keep their
    /// identity, device and type, so optimisers and averages stay valid; numbers are converted where the file has
    /// another type. Only weights change: the network stays in the mode (training or evaluation) that it was in.
    /// Additions of wrappers and prefixes to names are removed, norms are turned into the network's, and of several networks in
    /// the file the one that fits is taken, averaged weights before raw ones; <see cref="LoadReport.Notes"/> says so.
    /// </remarks>
    /// <typeparam name="TModule">The network's type.</typeparam>
    /// <param name="module">The network.</param>
    /// <param name="path">The file, of any format that <see cref="PyTorchFile.Open(string)"/> reads.</param>
    /// <returns>The same network.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">
    /// The file does not fit the network; the message says where and, often, why.
    /// </exception>
    public static TModule LoadWeights<TModule>(this TModule module, string path)
        where TModule : nn.Module => module.LoadWeights(path, new());

    /// <summary>Loads a file's weights into this network, in place, under rules of your own.</summary>
    /// <remarks><inheritdoc cref="LoadWeights{TModule}(TModule, string)" path="/remarks/node()"/></remarks>
    /// <typeparam name="TModule">The network's type.</typeparam>
    /// <param name="module">The network.</param>
    /// <param name="path">The file, of any format that <see cref="PyTorchFile.Open(string)"/> reads.</param>
    /// <param name="options">Which weights, under which names, how strictly.</param>
    /// <returns>The same network.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">
    /// The file does not fit the network; the message says where and, often, why.
    /// </exception>
    public static TModule LoadWeights<TModule>(this TModule module, string path, PyTorchLoadOptions options)
        where TModule : nn.Module => module.LoadWeights(path, options, out _);

    /// <summary>Loads a file's weights into this network, in place, and reports what became of each.</summary>
    /// <remarks><inheritdoc cref="LoadWeights{TModule}(TModule, string)" path="/remarks/node()"/></remarks>
    /// <typeparam name="TModule">The network's type.</typeparam>
    /// <param name="module">The network.</param>
    /// <param name="path">The file, of any format that <see cref="PyTorchFile.Open(string)"/> reads.</param>
    /// <param name="options">Which weights, under which names, how strictly.</param>
    /// <param name="report">The weights that were loaded, renamed, converted, dropped and kept.</param>
    /// <returns>The same network.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">
    /// The file does not fit the network; the message says where and, often, why.
    /// </exception>
    public static TModule LoadWeights<TModule>(
        this TModule module, string path, PyTorchLoadOptions options, out LoadReport report)
        where TModule : nn.Module
    {
        ArgumentNullException.ThrowIfNull(module);
        using var file = PyTorchFile.Open(path);
        return module.LoadWeights(file, options, out report);
    }

    /// <summary>Loads weights of an open file into this network, in place, and reports what became of each.</summary>
    /// <remarks><inheritdoc cref="LoadWeights{TModule}(TModule, string)" path="/remarks/node()"/></remarks>
    /// <typeparam name="TModule">The network's type.</typeparam>
    /// <param name="module">The network.</param>
    /// <param name="file">The open file.</param>
    /// <param name="options">Which weights, under which names, how strictly; </param>
    /// <param name="report">The weights that were loaded, renamed, converted, dropped and kept.</param>
    /// <returns>The same network.</returns>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">The file does not fit the network.</exception>
    public static TModule LoadWeights<TModule>(
        this TModule module, PyTorchFile file, PyTorchLoadOptions options, out LoadReport report)
        where TModule : nn.Module
    {
        report = Load(module, file, options, CancellationToken.None);
        return module;
    }

    /// <summary>Loads a file's weights into this network off the caller's thread, in place, and reports what became of each.</summary>
    /// <remarks>
    /// <para>
    /// As <see cref="LoadWeights{TModule}(TModule, string)"/>, on a thread of the pool, which blocks while it reads: files on a disk give
    /// their numbers by position, for which systems have no waiting without a thread. The network must not be used meanwhile.
    /// </para>
    /// <para>
    /// Cancelled, it leaves the weights as they were: with a token that can be cancelled all numbers are read beside the network first,
    /// which takes the memory of the weights once more. Without one they go straight into the weights.
    /// </para>
    /// <code>var report = await network.LoadWeightsAsync("checkpoint.pth", cancellationToken: token);</code>
    /// </remarks>
    /// <param name="module">The network.</param>
    /// <param name="path">The file, of any format that <see cref="PyTorchFile.Open(string)"/> reads.</param>
    /// <param name="options">Which weights, under which names, how strictly; by default all, and exactly.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    /// <returns>What was loaded, renamed, converted, dropped and kept.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">The file does not fit the network; the message says where and, often, why.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the weights are as they were.</exception>
    public static Task<LoadReport> LoadWeightsAsync(
        this nn.Module module, string path, PyTorchLoadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Task.Run(
            () =>
            {
                using var file = PyTorchFile.Open(path);
                return Load(module, file, options ?? new(), cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Loads weights of an open file into this network off the caller's thread, and reports what became of each.</summary>
    /// <remarks>
    /// <inheritdoc cref="LoadWeightsAsync(nn.Module, string, PyTorchLoadOptions?, CancellationToken)" path="/remarks/node()"/>
    /// </remarks>
    /// <param name="module">The network.</param>
    /// <param name="file">The open file, which nothing else may read meanwhile.</param>
    /// <param name="options">Which weights, under which names, how strictly; by default all, and exactly.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    /// <returns>What was loaded, renamed, converted, dropped and kept.</returns>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">The file does not fit the network.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the weights are as they were.</exception>
    public static Task<LoadReport> LoadWeightsAsync(
        this nn.Module module, PyTorchFile file, PyTorchLoadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(file);
        return Task.Run(() => Load(module, file, options ?? new(), cancellationToken), cancellationToken);
    }

    private static LoadReport Load(nn.Module module, PyTorchFile file, PyTorchLoadOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(options);
        var plan = StateDictChoice.Choose(file, module, options);
        if (plan.Clash is { } clash)
            throw new StateDictMismatchException(clash);
        if (plan.Mismatched.Count > 0 || (options.Strict && !plan.Fits) || plan.HasNothingInCommon)
            throw new StateDictMismatchException(MismatchExplanation.Of(plan, file, module, options));
        if (plan.Matches.Find(match => match.Source.Unreadable is not null) is { Source.Unreadable: { } reason } match)
            throw new CheckpointFormatException($"{file.Name}: '{match.Name}' can't be read: {reason}.");

        if (plan.Matches.Find(match => match.Weight.device_type == TorchSharp.DeviceType.META) is { Name: { } onMeta })
            throw new ArgumentException(
                $"The network's '{onMeta}' is on the meta device, which has no memory to load into.", nameof(module));

        foreach (var name in plan.Unexpected)
            plan.Report.DroppedMap[name] = "the network has none of that name";
        foreach (var name in plan.Missing)
            plan.Report.KeptMap[name] = "the file has none of that name";
        Load(plan, cancellation);
        LoadedNames.Remember(plan);
        return plan.Report;
    }

    private static void Load(LoadPlan plan, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        // Most bytes go from the file straight into the weights. Those that could still turn out to be broken are
        // unpacked first, and all are read first where that may be cancelled.
        var readFirst = plan.Matches.Where(match => match.Source.Storage.IsPacked || cancellation.CanBeCanceled)
            .ToDictionary(match => match.Name, match => match.Source.Read(cancellation));
        cancellation.ThrowIfCancellationRequested();
        foreach (var (name, source, weight) in plan.Matches)
        {
            if (readFirst.TryGetValue(name, out var value))
                weight.copy_(value.reshape(weight.shape));
            else
                source.ReadInto(weight);
        }
    }
}
