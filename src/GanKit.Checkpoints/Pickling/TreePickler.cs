using System.Globalization;
using System.Numerics;
using System.Text;

namespace GanKit.Checkpoints;

/// <summary>Writes a <see cref="SavedTree"/> as a pickle, and numbers the storages that it refers to.</summary>
internal sealed class TreePickler
{
    private readonly PickleWriter _pickle = new();
    private readonly OrderedDictionary<SavedStorage, string> _storages = [];

    private TreePickler()
    {
    }

    /// <summary>The pickle, and the storages in the order of their numbers.</summary>
    internal static (ReadOnlyMemory<byte> Pickle, IReadOnlyList<SavedStorage> Storages) Write(object? root)
    {
        var pickler = new TreePickler();
        pickler.Value(root);
        return (pickler._pickle.Finish(), [.. pickler._storages.Keys]);
    }

    private void Value(object? value)
    {
        switch (value)
        {
            case null: _pickle.None(); break;
            case bool flag: _pickle.Boolean(flag); break;
            case BigInteger number: _pickle.Integer(number); break;
            case double number: _pickle.Float(number); break;
            case string text: _pickle.Text(text); break;
            case PyTorchDtype dtype: _pickle.Name("torch", dtype.Name); break;
            default:
                if (!_pickle.Refer(value))
                {
                    Object(value);
                    _pickle.Remember(value);
                }

                break;
        }
    }

    private void Object(object value)
    {
        switch (value)
        {
            case Complex number: Call("__builtin__", "complex", number.Real, number.Imaginary); break;
            case byte[] bytes: Call("_codecs", "encode", Encoding.Latin1.GetString(bytes), "latin1"); break;
            case long[] sizes:
                Call("torch", "Size", (object)Array.ConvertAll(sizes, size => (object)(BigInteger)size));
                break;
            case HashSet<object?> set: Call("__builtin__", "set", set.ToList()); break;
            case PyTorchDevice device: Device(device.Name); break;
            case SavedDict dict: Dict(dict); break;
            case SavedTensor tensor: Tensor(tensor); break;
            case object?[] items: Tuple(items); break;
            case List<object?> items: List(items); break;
            default: throw new InvalidOperationException($"{value.GetType()} is not a kind of {nameof(SavedTree)}.");
        }
    }

    private void Call(string module, string function, params ReadOnlySpan<object?> arguments)
    {
        _pickle.Name(module, function);
        Tuple(arguments);
        _pickle.Call();
    }

    private void Tuple(ReadOnlySpan<object?> items)
    {
        if (items.IsEmpty)
        {
            _pickle.EmptyTuple();
            return;
        }

        _pickle.Mark();
        foreach (var item in items)
            Value(item);
        _pickle.Tuple();
    }

    private void List(List<object?> items)
    {
        _pickle.EmptyList();
        if (items.Count == 0)
            return;
        _pickle.Mark();
        items.ForEach(Value);
        _pickle.Append();
    }

    private void Dict(SavedDict dict)
    {
        if (dict.IsOrdered)
            Call("collections", "OrderedDict");
        else
            _pickle.EmptyDict();
        if (dict.Entries.Count == 0)
            return;
        _pickle.Mark();
        foreach (var (key, value) in dict.Entries)
        {
            Value(key);
            Value(value);
        }

        _pickle.Set();
    }

    private void Device(string name)
    {
        var parts = name.Split(':');
        if (parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            Call("torch", "device", parts[0], new BigInteger(index));
        else
            Call("torch", "device", name);
    }

    /// <summary>
    /// A plain tensor without gradients, as those of state dicts are. Types younger than PyTorch's named storages have bare
    /// bytes for a storage, and say their type themselves.
    /// </summary>
    private void Tensor(SavedTensor tensor)
    {
        var named = TorchTypes.StorageOf(tensor.Dtype);
        _pickle.Name("torch._utils", named is null ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2");
        _pickle.Mark();
        _pickle.Mark();
        _pickle.Text("storage");
        if (named is null)
            _pickle.Name("torch.storage", "UntypedStorage");
        else
            _pickle.Name("torch", named);
        _pickle.Text(KeyOf(tensor.Storage));
        _pickle.Text("cpu");
        _pickle.Integer(named is null ? tensor.Storage.ByteCount : tensor.Storage.Count);
        _pickle.Tuple();
        _pickle.PersistentId();
        _pickle.Integer(tensor.Offset);
        Sizes(tensor.Shape);
        Sizes(tensor.SavedStrides);
        _pickle.Boolean(false);
        Call("collections", "OrderedDict"); // no backward hooks
        if (named is null)
            _pickle.Name("torch", tensor.Dtype.Name);
        _pickle.Tuple();
        _pickle.Call();
    }

    private void Sizes(long[] sizes)
    {
        if (sizes.Length == 0)
        {
            _pickle.EmptyTuple();
            return;
        }

        _pickle.Mark();
        foreach (var size in sizes)
            _pickle.Integer(size);
        _pickle.Tuple();
    }

    private string KeyOf(SavedStorage storage)
    {
        if (!_storages.TryGetValue(storage, out var key))
            _storages.Add(storage, key = _storages.Count.ToString(CultureInfo.InvariantCulture));
        return key;
    }
}
