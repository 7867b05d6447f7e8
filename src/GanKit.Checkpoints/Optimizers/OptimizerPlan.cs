using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>
/// The changes that bring an optimiser to a saved state, all checked before the first is made.
/// </summary>
internal sealed class OptimizerPlan
{
    private readonly List<Action> _states = [];
    private readonly List<Action> _options = [];

    private readonly ParameterNames? _names;

    private OptimizerPlan(ParameterNames? names, OptimizerLoadReport report) => (_names, Report) = (names, report);

    private OptimizerLoadReport Report { get; }

    /// <summary>Checks that the state fits the optimiser, and then takes it over.</summary>
    /// <param name="optimizer">The optimiser.</param>
    /// <param name="state">The state.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="key">Where it stands in the file.</param>
    /// <param name="names">The names of the parameters in the file; without, their order alone counts.</param>
    /// <returns>How parameters were found.</returns>
    /// <exception cref="ArgumentException">The optimiser is of a kind that is not known here.</exception>
    /// <exception cref="StateDictMismatchException">The state does not fit; the message says where and why.</exception>
    internal static OptimizerLoadReport TakeOver(
        optim.Optimizer optimizer, PyTorchDict state, string name, string key = "", ParameterNames? names = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var format = OptimizerFormats.Of(optimizer);
        OptimizerPlan plan;
        try
        {
            plan = Make(names, new(key));
        }
        catch (StateDictMismatchException) when (names is not null && Make(null, new(key)) is { } fitting)
        {
            plan = fitting;
            plan.Report.NoteList.Add(
                "By the names of the network in the file the shapes do not fit, by position they do: the optimiser was "
                + "given its parameters in an order of its own.");
        }
        catch (StateDictMismatchException error)
        {
            throw new StateDictMismatchException(
                $"{name} does not fit the optimiser ({format.Name}): {error.Message}.", error);
        }

        // Settings come last, when nothing can fail any more.
        plan._states.ForEach(take => take());
        plan._options.ForEach(take => take());
        return plan.Report;

        OptimizerPlan Make(ParameterNames? known, OptimizerLoadReport report)
        {
            var made = new OptimizerPlan(known, report);
            made.Read((OptimizerHelper)optimizer, format, state);
            return made;
        }
    }

    /// <summary>The kind of optimiser that a state belongs to, as far as it shows, and its entries.</summary>
    internal static string KindOf(PyTorchDict state)
    {
        var groups = state.GetValueOrDefault("param_groups") as IReadOnlyList<object?> ?? [];
        var kind = groups.OfType<PyTorchDict>().Select(OptimizerFormats.KindOf).FirstOrDefault();
        var states = state.GetValueOrDefault("state") as PyTorchDict ?? [];
        var kept = states.Values.OfType<PyTorchDict>().SelectMany(entry => entry.Keys).Distinct();
        var names = string.Join(", ", kept.Where(key => key is not "step").Take(4));
        return (kind ?? "unknown") + (names.Length == 0 ? "" : $": {names}");
    }

    private void Read(OptimizerHelper optimizer, OptimizerFormat format, PyTorchDict state)
    {
        if (state.GetValueOrDefault("param_groups") is not IReadOnlyList<object?> groups
            || state.GetValueOrDefault("state") is not PyTorchDict states)
            throw new StateDictMismatchException("it is no optimiser's state, which has 'state' and 'param_groups'");
        var (own, parameters) = (optimizer.state_dict(), optimizer.parameters().ToArray());
        if (groups.Count != own.Options.Count)
        {
            throw new StateDictMismatchException(
                $"it has {groups.Count} groups of parameters, the optimiser {own.Options.Count}");
        }

        for (var i = 0; i < groups.Count; i++)
        {
            var (group, indices, options) = (GroupOf(groups[i], format, state), own.StateIndexRef[i], own.Options[i]);
            var keys = group.GetValueOrDefault("params") as IReadOnlyList<object?> ?? [];
            if (keys.Count != indices.Count)
            {
                throw new StateDictMismatchException(
                    $"its group {i} has {keys.Count} parameters, the optimiser's {indices.Count}");
            }

            var take = format.ReadOptions(group);
            _options.Add(() => take(options));
            Parameter[] members = [.. indices.Select(index => parameters[index])];
            foreach (var (key, place) in keys.Zip(OrderOf(group, members)))
                Read(format, Entry(states, key), group, members[place], own.State[indices[place]], indices[place]);
        }
    }

    private int[] OrderOf(PyTorchDict group, Parameter[] parameters)
    {
        if (_names is null)
        {
            Report.ByPosition += parameters.Length;
            return [.. Enumerable.Range(0, parameters.Length)];
        }

        var named = parameters.Count(parameter => _names.Find(parameter) is not null);
        Report.ByName += named;
        Report.ByPosition += parameters.Length - named;
        if (ParameterOrder.IsAmbiguous(parameters, _names))
            Report.NoteList.Add(ParameterOrder.Ambiguity);
        return ParameterOrder.Of(group, parameters, _names);
    }

    private void Read(
        OptimizerFormat format, PyTorchDict? saved, PyTorchDict group, Parameter parameter, OptimizerState kept, int index)
    {
        try
        {
            var take = format.ReadState(saved, group, parameter);
            _states.Add(() => take(kept));
        }
        catch (StateDictMismatchException error)
        {
            throw new StateDictMismatchException($"of parameter {index}, {error.Message}", error);
        }
    }

    private static PyTorchDict GroupOf(object? group, OptimizerFormat format, PyTorchDict state) => group switch
    {
        PyTorchDict known when OptimizerFormats.KindOf(known)?.Split(" or ").Contains(format.Name) is true => known,
        PyTorchDict => throw new StateDictMismatchException($"it is another kind of optimiser's state ({KindOf(state)})"),
        _ => throw new StateDictMismatchException("a group of parameters is no dictionary"),
    };

    private static PyTorchDict? Entry(PyTorchDict states, object? key) => states.GetValueOrDefault(key ?? "") switch
    {
        null => null,
        PyTorchDict { Count: 0 } => null,
        PyTorchDict entry => entry,
        _ => throw new StateDictMismatchException($"what it keeps for parameter {key} is no dictionary"),
    };
}
