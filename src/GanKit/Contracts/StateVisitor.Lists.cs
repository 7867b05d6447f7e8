using static TorchSharp.torch;

namespace GanKit;

/// <content>Entries that are several, or not there yet.</content>
public sealed partial class StateVisitor
{
    /// <summary>Any number of tensors, which the list's part owns: loading frees them and fills the list with copies.</summary>
    /// <param name="name">The entry's name.</param>
    /// <param name="tensors">The tensors.</param>
    public void Tensors(string name, IList<Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var loaded = new List<Tensor>();
        Group(name, visitor =>
        {
            var count = visitor.IsSaving ? tensors.Count : visitor._state.Count;
            for (var i = 0; i < count; i++)
            {
                var tensor = visitor.IsSaving ? tensors[i] : null;
                visitor.Tensor(Number(i), ref tensor);
                if (visitor.IsLoading)
                    loaded.Add(tensor!);
                else if (tensor is null && !visitor.IsSaving && visitor._state.TryGetValue(Number(i), out var entry) && entry is null)
                    visitor.Refuse(Number(i), "is nothing in the state, and needs to be a tensor");
            }
        });
        if (!IsLoading)
            return;
        foreach (var tensor in tensors)
            tensor.Dispose();
        tensors.Clear();
        loaded.ForEach(tensors.Add);
    }

    /// <summary>Several parts within this one, by their numbers from 0.</summary>
    /// <param name="name">The entry's name.</param>
    /// <param name="parts">The parts; there is no entry where none of them is <see cref="IStateful"/>.</param>
    public void Parts(string name, IEnumerable<object?> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        object?[] all = [.. parts];
        if (!Array.Exists(all, part => part is IStateful))
            return;
        Group(name, visitor =>
        {
            for (var i = 0; i < all.Length; i++)
                visitor.Part(Number(i), all[i]);
        });
    }

    /// <summary>Texts in a list.</summary>
    internal void Texts(string name, List<string> texts)
    {
        List<string> all = [.. texts];
        Group(name, visitor =>
        {
            if (!visitor.IsSaving)
                all = [.. Enumerable.Repeat("", visitor._state.Count)];
            for (var i = 0; i < all.Count; i++)
            {
                var text = all[i];
                visitor.Value(Number(i), ref text);
                all[i] = text;
            }
        });
        if (!IsLoading)
            return;
        texts.Clear();
        texts.AddRange(all);
    }

    /// <summary>Whether a state that is loaded says that a part is to begin as it was made.</summary>
    internal bool IsAnew(string name) => !IsSaving && _state.TryGetValue(name, out var value) && value is null;

    /// <summary>An optional entry, which is not loaded here.</summary>
    internal void PassOver(string name) => _taken.Add(name);

    /// <summary>The state of a part that does not exist yet: it is kept until the part exists.</summary>
    internal void Late(string name, ref State? state)
    {
        if (IsSaving && state is not null)
        {
            _state.Add(name, state.Copy());
        }
        else if (!IsSaving && Has(name) && Take(name, "a state", found => found is State, out var found) && IsLoading)
        {
            state?.Dispose();
            state = ((State)found!).Copy();
        }
        else if (IsLoading)
        {
            state?.Dispose();
            state = null;
        }
    }
}
