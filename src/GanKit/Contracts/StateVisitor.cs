using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>Saves, checks or loads the entries that a part names in <see cref="IStateful.VisitState"/>.</summary>
/// <remarks>While it checks, it changes nothing; all entries that do not fit are reported in one exception.</remarks>
public sealed partial class StateVisitor
{
    private readonly State _state;
    private readonly string _path;
    private readonly List<string>? _faults; // there is one while it checks
    private readonly HashSet<string> _taken = [];

    private StateVisitor(State state, string path, bool isSaving, List<string>? faults) =>
        (_state, _path, IsSaving, _faults) = (state, path, isSaving, faults);

    /// <summary>Whether it saves.</summary>
    public bool IsSaving { get; }

    /// <summary>Whether values change now: all of the state fits. A part may derive others from them then.</summary>
    public bool IsLoading => !IsSaving && _faults is null;

    /// <summary>A tensor that stays where it is: loading copies numbers into it. Shape and type are to be the same.</summary>
    /// <param name="name">The entry's name.</param>
    /// <param name="tensor">The tensor.</param>
    public void Tensor(string name, Tensor tensor) => Tensor(name, tensor, fault: null);

    /// <summary>A tensor that may come, go or change its shape, which this part owns: loading frees it and puts a copy in its place.</summary>
    /// <param name="name">The entry's name.</param>
    /// <param name="tensor">The tensor, or nothing.</param>
    /// <param name="like">A tensor with the shape, the type and the device of the loaded one; by default it may have any, on the
    /// device of the tensor that it replaces.</param>
    public void Tensor(string name, ref Tensor? tensor, Tensor? like = null)
    {
        if (IsSaving)
        {
            _state.Add(name, tensor is null ? null : State.CopyOf(tensor));
            return;
        }

        if (!Take(name, "a tensor or nothing", value => value is null or torch.Tensor, out var found))
            return;
        var saved = (Tensor?)found;
        if (like is not null && saved is not null && !Fits(name, saved, like))
            return;
        if (!IsLoading)
            return;
        using var quiet = no_grad();
        var loaded = saved is null ? null : like is null ? saved.to((tensor ?? saved).device, copy: true) : empty_like(like).copy_(saved);
        loaded?.DetachFromDisposeScope();
        tensor?.Dispose();
        tensor = loaded;
    }

    /// <summary>A whole number.</summary>
    /// <param name="name">The entry's name.</param>
    /// <param name="value">The number.</param>
    /// <param name="least">The least that it may be; any by default.</param>
    public void Value(string name, ref long value, long least = long.MinValue)
    {
        if (Exchange(name, "a whole number", ref value) is { } loaded && loaded < least)
            Refuse(name, $"is {loaded} in the state, and needs to be at least {least}");
    }

    /// <summary>A number. Whole ones are taken too, as files may hold them.</summary>
    /// <param name="name">The entry's name.</param>
    /// <param name="value">The number.</param>
    public void Value(string name, ref double value)
    {
        if (IsSaving)
            _state.Add(name, value);
        else if (Take(name, "a number", found => found is double or long, out var loaded) && IsLoading)
            value = Convert.ToDouble(loaded, CultureInfo.InvariantCulture);
    }

    /// <summary>A truth value.</summary>
    /// <param name="name">The entry's name.</param>
    /// <param name="value">The truth value.</param>
    public void Value(string name, ref bool value) => Exchange(name, "true or false", ref value);

    /// <summary>A text.</summary>
    /// <param name="name">The entry's name.</param>
    /// <param name="value">The text.</param>
    public void Value(string name, ref string value)
    {
        if (IsSaving)
            _state.Add(name, value);
        else if (Take(name, "a text", found => found is string, out var loaded) && IsLoading)
            value = (string)loaded!;
    }

    /// <summary>A value that has to be the same where the state is loaded: a size, a number of samples.</summary>
    /// <param name="name">The entry's name.</param>
    /// <param name="value">A whole number, a truth value or a text.</param>
    public void Same(string name, object value)
    {
        value = value is int number ? (long)number : value;
        if (IsSaving)
            _state.Add(name, value);
        else if (Take(name, "a value", found => found is not null, out var loaded) && !value.Equals(loaded))
            Refuse(name, $"is {Describe(loaded)} in the state, and {Describe(value)} here");
    }

    /// <summary>A part within this one, where it is <see cref="IStateful"/>; any other has no entry.</summary>
    /// <param name="name">The entry's name.</param>
    /// <param name="part">The part: a loss, a pool, a network.</param>
    public void Part(string name, object? part)
    {
        if (part is IStateful stateful)
            Group(name, stateful.VisitState);
    }

    internal static StateVisitor Saving(State state) => new(state, "", isSaving: true, null);

    internal static StateVisitor Checking(State state, List<string> faults) => new(state, "", isSaving: false, faults);

    internal static StateVisitor Loading(State state) => new(state, "", isSaving: false, null);

    /// <summary>Entries of a state within this one.</summary>
    internal void Group(string name, Action<StateVisitor> visit)
    {
        if (IsSaving)
        {
            var group = new State();
            _state.Add(name, group);
            visit(new(group, $"{_path}{name}/", isSaving: true, null));
        }
        else if (Take(name, "a state", found => found is State, out var found))
        {
            var inner = new StateVisitor((State)found!, $"{_path}{name}/", isSaving: false, _faults);
            visit(inner);
            inner.RefuseTheRest();
        }
    }

    /// <summary>As the public one; what else is wrong with a tensor of the state is asked too.</summary>
    internal void Tensor(string name, Tensor tensor, Func<Tensor, string?>? fault)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (IsSaving)
        {
            _state.Add(name, State.CopyOf(tensor));
        }
        else if (Take(name, "a tensor", value => value is torch.Tensor, out var found) && Fits(name, (Tensor)found!, tensor))
        {
            if (!IsLoading && fault?.Invoke((Tensor)found!) is { } reason)
                Refuse(name, reason);
            using var quiet = no_grad();
            if (IsLoading)
                tensor.copy_((Tensor)found!);
        }
    }

    /// <summary>Whether the state that is loaded has an entry.</summary>
    internal bool Has(string name) => _state.TryGetValue(name, out _);

    /// <summary>An entry that no part names would not be loaded.</summary>
    internal void RefuseTheRest()
    {
        if (_faults is null)
            return;
        foreach (var name in _state.Names.Where(name => !_taken.Contains(name)))
            Refuse(name, "is in the state, and nothing here takes it");
    }

    private T? Exchange<T>(string name, string kind, ref T value)
        where T : struct
    {
        if (IsSaving)
            _state.Add(name, value);
        else if (Take(name, kind, found => found is T, out var loaded))
            return IsLoading ? value = (T)loaded! : (T)loaded!;
        return null;
    }

    private bool Take(string name, string kind, Predicate<object?> isOfKind, out object? value)
    {
        if (!_taken.Add(name))
            throw new InvalidOperationException($"A part names the entry '{_path}{name}' of its state twice.");
        if (!_state.TryGetValue(name, out value))
            Refuse(name, "is missing in the state");
        else if (!isOfKind(value))
            Refuse(name, $"is {Describe(value)} in the state, and needs to be {kind}");
        else
            return true;
        return false;
    }

    private bool Fits(string name, Tensor saved, Tensor here)
    {
        if (saved.dtype == here.dtype && saved.shape.AsSpan().SequenceEqual(here.shape))
            return true;
        Refuse(name, $"is {Describe(saved)} in the state, and {Describe(here)} here");
        return false;
    }

    // Only a part that names other entries when it loads than when it checks comes here without a list.
    private void Refuse(string name, string fault) => (_faults ?? throw new InvalidOperationException(
        $"'{_path}{name}' {fault}, which was not so when it was checked: VisitState has to name the same entries each time."))
        .Add($"'{_path}{name}' {fault}");

    private static string Describe(object? value) => value switch
    {
        Tensor tensor => $"a tensor ({string.Join(", ", tensor.shape)}) of {tensor.dtype}",
        State => "a state of several entries",
        _ => State.Describe(value),
    };

    private static string Number(int i) => i.ToString(CultureInfo.InvariantCulture);
}
