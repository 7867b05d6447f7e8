using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>
/// Turns what a program wants to save into the few kinds of values that a file has, and says where in it something is that
/// no file has: null, bool, BigInteger, double, string, byte[], Complex, List, object[], long[], HashSet, PyTorchDtype,
/// PyTorchDevice, <see cref="SavedDict"/>, <see cref="SavedTensor"/>. A value that is in it twice stays one.
/// </summary>
internal sealed class SavedTree
{
    private const int Deepest = 500;
    private const int MostBits = 255 * 8 - 1; // what a reader with weights_only accepts

    private const string Allowed =
        "A file holds networks, tensors, dictionaries, lists, tuples (object?[]), torch.Size (long[]), sets, numbers, "
        + "text, bytes, booleans, null, dtypes and devices.";

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly Dictionary<object, object?> _known = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> _onTheWay = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object?[]> _fixed = [];
    private readonly List<SavedTensor> _tensors = [];

    /// <summary>Reads the value whole; its tensors live as long as the current dispose scope and the value do.</summary>
    /// <exception cref="ArgumentException">Something in it can't be saved.</exception>
    internal SavedTree(object? root) => Root = Convert(root, null);

    internal object? Root { get; }

    internal IReadOnlyList<SavedTensor> Tensors => _tensors;

    private object? Convert(object? value, ValuePlace? path) => value switch
    {
        null or bool or double or Complex or PyTorchDtype or PyTorchDevice => value,
        sbyte or byte or short or ushort or int or uint or long =>
            new BigInteger(System.Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        ulong number => new BigInteger(number),
        BigInteger number => number.GetBitLength() <= MostBits
            ? number
            : throw Refuse(path, $"is a whole number of {number.GetBitLength()} bits, of which a file takes {MostBits}"),
        float number => (double)number,
        Half number => (double)number,
        string text => Checked(text, path),
        ScalarType type when !is_quantized(type) => PyTorchDtype.Of(type),
        Device device => new PyTorchDevice(device.ToString()),
        _ when ReferenceEquals(value, PyTorchDict.NoneKey) => null,
        _ when _known.TryGetValue(value, out var known) => known,
        _ => _known[value] = ConvertObject(value, path),
    };

    private object ConvertObject(object value, ValuePlace? path)
    {
        if (!_onTheWay.Add(value))
            throw Refuse(path, "contains itself");
        if (_onTheWay.Count > Deepest || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw Refuse(path, $"lies too deep: more than {Deepest} levels");
        object converted = value switch
        {
            byte[] bytes => bytes,
            long[] sizes => sizes,
            Tensor tensor => Add(tensor, path),
            PyTorchTensor tensor => Add(tensor, path),
            nn.Module module => ConvertDict(isOrdered: true, Entries(module.state_dict()), path),
            PyTorchStateDict dict => ConvertDict(isOrdered: true, Entries(dict), path),
            PyTorchDict dict => ConvertDict(isOrdered: false, dict.Select(entry => (entry.Key, entry.Value)), path),
            IDictionary dict => ConvertDict(isOrdered: false, AnyEntries(dict), path),
            IEnumerable<KeyValuePair<string, object?>> dict => ConvertDict(isOrdered: false, Entries(dict), path),
            IEnumerable<KeyValuePair<string, Tensor>> dict => ConvertDict(isOrdered: false, Entries(dict), path),
            IEnumerable<KeyValuePair<string, PyTorchTensor>> dict => ConvertDict(isOrdered: false, Entries(dict), path),
            HashSet<object?> set => set.Select((item, i) => Key(item, new(path, i))).ToHashSet(KeyComparer.Instance),
            HashSet<string> set => set.Select((item, i) => Key(item, new(path, i))).ToHashSet(KeyComparer.Instance),
            ITuple tuple => Enumerable.Range(0, tuple.Length).Select(i => Convert(tuple[i], new(path, i))).ToArray(),
            IEnumerable items when value.GetType() == typeof(object[]) => ConvertItems(items, path).ToArray(),
            IEnumerable items => ConvertItems(items, path).ToList(),
            _ => throw Refuse(path, $"is a {Describe(value)}, which no file of weights can hold"),
        };
        _onTheWay.Remove(value);
        return converted;
    }

    private static IEnumerable<(object Key, object? Value)> AnyEntries(IDictionary dict) =>
        dict.Keys.Cast<object>().Select(key => (key, dict[key]));

    private static IEnumerable<(object Key, object? Value)> Entries<T>(IEnumerable<KeyValuePair<string, T>> dict) =>
        dict.Select(entry => ((object)entry.Key, (object?)entry.Value));

    private SavedDict ConvertDict(bool isOrdered, IEnumerable<(object Key, object? Value)> entries, ValuePlace? path) =>
        new(isOrdered, [.. entries.Select(entry => (Key(entry.Key, path), Convert(entry.Value, new(path, entry.Key))))]);

    private IEnumerable<object?> ConvertItems(IEnumerable items, ValuePlace? path) =>
        items.Cast<object?>().Select((item, i) => Convert(item, new(path, i)));

    /// <summary>Python's keys, and the items of its sets, are values that do not change.</summary>
    private object? Key(object? key, ValuePlace? path)
    {
        var converted = Convert(key, new(path, key));
        return IsFixed(converted)
            ? converted
            : throw Refuse(path, $"has a key or item that is a {Describe(key!)}, which can change");

        // Tuples may share tuples; each is looked at once.
        bool IsFixed(object? value) => value is object?[] tuple
            ? _fixed.Contains(tuple) || (tuple.All(IsFixed) && _fixed.Add(tuple))
            : value is not (List<object?> or SavedDict or HashSet<object?> or SavedTensor);
    }

    private LiveTensor Add(Tensor tensor, ValuePlace? path)
    {
        try
        {
            var saved = LiveTensor.Of(tensor);
            _tensors.Add(saved);
            return saved;
        }
        catch (ArgumentException error)
        {
            throw Refuse(path, error.Message);
        }
    }

    private FileTensor Add(PyTorchTensor tensor, ValuePlace? path)
    {
        // A tensor is unreadable here where TorchSharp lacks its type, but can be copied.
        var isForeign = tensor.Dtype.ScalarType is null && !tensor.Dtype.Name.StartsWith('q')
            && tensor is { Pending: null, Storage: not NoData };
        if (tensor.Unreadable is { } reason && !isForeign)
            throw Refuse(path, $"is a tensor that can't be copied: {reason}");
        var saved = new FileTensor(tensor);
        _tensors.Add(saved);
        return saved;
    }

    private static string Checked(string text, ValuePlace? path)
    {
        try
        {
            _ = StrictUtf8.GetByteCount(text);
            return text;
        }
        catch (EncoderFallbackException)
        {
            throw Refuse(path, "is text with half a surrogate pair, which has no UTF-8");
        }
    }

    private static string Describe(object value) => value is PyTorchRecord record
        ? $"{nameof(PyTorchRecord)} of Python's {record.Class.FullName}"
        : value is PyTorchClass type ? $"{nameof(PyTorchClass)} that names Python's {type.FullName}"
        : value.GetType().ToString();

    private static ArgumentException Refuse(ValuePlace? path, string why) => new(
        $"{(path is null ? "The value" : $"'{path}'")} {why}. {Allowed}");
}
