using System.Diagnostics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>Exchanges the states of optimisers with PyTorch, so that training begun in one goes on in the other.</summary>
/// <remarks>
/// Adam, AdamW, SGD and RMSprop. States are those of PyTorch's <c>optimizer.state_dict()</c>, of any version.
/// </remarks>
public static class PyTorchOptimizers
{
    /// <summary>
    /// The optimiser's state as PyTorch's <c>state_dict()</c> has it: <c>state</c> and <c>param_groups</c>.
    /// </summary>
    /// <remarks>
    /// The tensors in it are the optimiser's own, as in PyTorch: save them before the next step. Parameters are
    /// numbered in the order in which the optimiser was given them, which is that of the network's state dict if it was
    /// given <c>parameters()</c>.
    /// <code>
    /// PyTorchFile.Save("checkpoint.pth", new PyTorchDict { ["netG"] = generator, ["optG"] = optimizer.ToPyTorch() });
    /// </code>
    /// </remarks>
    /// <param name="optimizer">Adam, AdamW, SGD or RMSprop.</param>
    /// <returns>The state, for <see cref="PyTorchFile.Save(string, object?)"/> or for another optimiser.</returns>
    /// <exception cref="ArgumentException">It is another kind of optimiser.</exception>
    public static PyTorchDict ToPyTorch(this optim.Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        var format = OptimizerFormats.Of(optimizer);
        var own = ((OptimizerHelper)optimizer).state_dict();
        var (states, groups) = (new PyTorchDict(), new List<object?>());
        foreach (var (options, indices) in own.Options.Zip(own.StateIndexRef))
        {
            var group = format.WriteOptions(options);
            group["params"] = indices.Select(index => (object?)(long)index).ToList();
            groups.Add(group);
            foreach (var index in indices)
            {
                if (format.WriteState(own.State[index], options) is { } state)
                    states[index] = state;
            }
        }

        return new PyTorchDict { ["state"] = states, ["param_groups"] = groups };
    }

    /// <summary>Takes over the state that PyTorch, or <see cref="ToPyTorch"/>, saved in a file.</summary>
    /// <remarks>
    /// As in PyTorch, the settings come with it (learning rate, betas, weight decay...), tensors are converted to the
    /// parameters' type and device, and a parameter that the file has no state for begins anew. All is checked first
    /// and taken over in place.
    /// <para>States have numbers and no names. Where the file holds the network too, and the network was loaded by
    /// GanKit, its names say which is which, in whatever order its fields are declared; else the order counts.</para>
    /// </remarks>
    /// <typeparam name="TOptimizer">The optimiser's type.</typeparam>
    /// <param name="optimizer">
    /// The optimiser, of the saved one's kind, with as many parameters of the same shapes.
    /// </param>
    /// <param name="path">The file, of any format that <see cref="PyTorchFile.Open(string)"/> reads.</param>
    /// <param name="key">
    /// Where in the file it is, for example <c>optG</c>. It may be left out where there is only one.
    /// </param>
    /// <returns>The same optimiser.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">
    /// The state is of another kind of optimiser, or of other parameters; this one is as it was.
    /// </exception>
    /// <exception cref="ArgumentException">The optimiser is neither Adam, AdamW, SGD nor RMSprop.</exception>
    public static TOptimizer LoadPyTorch<TOptimizer>(this TOptimizer optimizer, string path, string? key = null)
        where TOptimizer : optim.Optimizer
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        using var file = PyTorchFile.Open(path);
        return optimizer.LoadPyTorch(file, key);
    }

    /// <summary>Takes over the state that an open file has.</summary>
    /// <remarks><inheritdoc cref="LoadPyTorch{TOptimizer}(TOptimizer, string, string?)" path="/remarks/node()"/></remarks>
    /// <typeparam name="TOptimizer">The optimiser's type.</typeparam>
    /// <param name="optimizer">
    /// The optimiser, of the saved one's kind, with as many parameters of the same shapes.
    /// </param>
    /// <param name="file">The open file.</param>
    /// <param name="key">
    /// Where in the file it is, for example <c>optG</c>. It may be left out where there is only one.
    /// </param>
    /// <returns>The same optimiser.</returns>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">
    /// The state is of another kind of optimiser, or of other parameters; this one is as it was.
    /// </exception>
    /// <exception cref="ArgumentException">The optimiser is neither Adam, AdamW, SGD nor RMSprop.</exception>
    public static TOptimizer LoadPyTorch<TOptimizer>(this TOptimizer optimizer, PyTorchFile file, string? key = null)
        where TOptimizer : optim.Optimizer
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(file);
        optimizer.LoadPyTorch(file, key, null, out var report);
        if (report.Notes.Count > 0 && file.StateDicts.Count > 0) // its names could have helped
            Trace.TraceWarning($"GanKit: {file.Name}, optimiser '{report.Key}': {string.Join(' ', report.Notes)}");
        return optimizer;
    }

    /// <summary>Takes over the state that an open file has, and reports how it was matched to the parameters.</summary>
    /// <remarks><inheritdoc cref="LoadPyTorch{TOptimizer}(TOptimizer, string, string?)" path="/remarks/node()"/></remarks>
    /// <typeparam name="TOptimizer">The optimiser's type.</typeparam>
    /// <param name="optimizer">
    /// The optimiser, of the saved one's kind, with as many parameters of the same shapes.
    /// </param>
    /// <param name="file">The open file.</param>
    /// <param name="key">Where in the file it is, for example <c>optG</c>; null where there is only one.</param>
    /// <param name="network">
    /// The network whose parameters the optimiser has. Its names are looked up in the file. Null where it was loaded before,
    /// or where the order is to count.
    /// </param>
    /// <param name="report">How the parameters were found, and what may be wrong.</param>
    /// <returns>The same optimiser.</returns>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    /// <exception cref="StateDictMismatchException">
    /// The state is of another kind of optimiser, or of other parameters; this one is as it was.
    /// </exception>
    /// <exception cref="ArgumentException">The optimiser is neither Adam, AdamW, SGD nor RMSprop.</exception>
    public static TOptimizer LoadPyTorch<TOptimizer>(
        this TOptimizer optimizer, PyTorchFile file, string? key, nn.Module? network, out OptimizerLoadReport report)
        where TOptimizer : optim.Optimizer
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(file);
        var (found, state) = OptimizerStateFinder.Choose(file, key);
        report = OptimizerPlan.TakeOver(
            optimizer, state, found.Length == 0 ? file.Name : $"'{found}' in {file.Name}", found, new(file, network));
        return optimizer;
    }

    /// <summary>Takes over a state, for example that of another optimiser; parameters are matched by their order.</summary>
    /// <remarks>
    /// As in PyTorch, the settings come with it, tensors are converted to the parameters' type and device, and a parameter
    /// without a state begins anew. All is checked first and taken over in place.
    /// </remarks>
    /// <typeparam name="TOptimizer">The optimiser's type.</typeparam>
    /// <param name="optimizer">
    /// The optimiser, of the saved one's kind, with as many parameters of the same shapes.
    /// </param>
    /// <param name="state">The state: from a file that is still open, or from <see cref="ToPyTorch"/>.</param>
    /// <returns>The same optimiser.</returns>
    /// <exception cref="CheckpointFormatException">The file that it is from can't be read.</exception>
    /// <exception cref="StateDictMismatchException">
    /// The state is of another kind of optimiser, or of other parameters; this one is as it was.
    /// </exception>
    /// <exception cref="ArgumentException">The optimiser is neither Adam, AdamW, SGD nor RMSprop.</exception>
    public static TOptimizer LoadPyTorch<TOptimizer>(this TOptimizer optimizer, PyTorchDict state)
        where TOptimizer : optim.Optimizer
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(state);
        OptimizerPlan.TakeOver(optimizer, state, "The state");
        return optimizer;
    }
}
