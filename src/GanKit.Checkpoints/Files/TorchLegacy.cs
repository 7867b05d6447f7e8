using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace GanKit.Checkpoints;

/// <summary>
/// The format of torch.save before PyTorch 1.6, and later by an option: five pickles (a magic number, a protocol number, the
/// writer's machine, what was saved, the storages' keys), then the storages, each with its count of elements before it.
/// </summary>
internal sealed class TorchLegacy
{
    private const long Protocol = 1001;

    private static readonly BigInteger MagicNumber =
        BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private readonly Dictionary<string, LateStorage> _storages = [];
    private readonly Dictionary<(StorageData, PyTorchDtype), StorageData> _swapped = [];

    /// <summary>How such files begin: the magic number as a pickle of protocol 2 to 5.</summary>
    internal static bool Recognizes(ReadOnlySpan<byte> head) => head is [0x80, >= 2 and <= 5, ..] && head[2..].IndexOf(
        (ReadOnlySpan<byte>)[0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.']) is 0 or 9;

    /// <summary>The saved value. Storages stay in the file.</summary>
    /// <exception cref="CheckpointFormatException">It is broken.</exception>
    internal static object? Read(StorageData file, PickleContext context, string name = "the file")
    {
        var legacy = new TorchLegacy();
        var input = new PickleInput(file, name);
        var plain = context with { FindPersistent = PickleContext.RefuseReference };
        if (!MagicNumber.Equals(PickleMachine.Load(input, plain)))
            throw new CheckpointFormatException($"{name} does not begin with torch.save's magic number.");
        if (PickleMachine.Load(input, plain) is not Protocol)
            throw new CheckpointFormatException($"{name} is not of torch.save's protocol {Protocol}.");
        var system = PickleMachine.Load(input, plain) as PyTorchDict;
        var isBigEndian = system?.GetValueOrDefault("little_endian") is false;
        var root = PickleMachine.Load(
            input, context with { FindPersistent = id => legacy.FindStorage(id, context, isBigEndian) });
        var keys = PickleMachine.Load(input, plain) as List<object?>
            ?? throw new CheckpointFormatException($"{name} has no list of storages' keys.");
        legacy.Place(file, name, input.Position, keys, isBigEndian);
        return root;
    }

    private object? FindStorage(object? id, PickleContext context, bool isBigEndian)
    {
        // Whole modules have the source code of their classes beside them.
        if (id is object?[] and ["module", var type, ..])
            return type;
        context.Budget.Make(8);
        var reference = StorageReference.Of(id);
        if (!_storages.TryGetValue(reference.Key, out var storage))
            _storages.Add(reference.Key, storage = new LateStorage(reference.ByteCount, reference.Dtype.ElementSize));
        if (storage.Length != reference.ByteCount)
        {
            throw new CheckpointFormatException(
                $"storage '{reference.Key}' has {storage.Length} bytes in one place and {reference.ByteCount} in another.");
        }

        return reference.Describe(isBigEndian ? SwappedData.Of(storage, reference.Dtype, _swapped) : storage);
    }

    /// <summary>Passes over the storages, and tells each where it is.</summary>
    private void Place(StorageData file, string name, long position, List<object?> keys, bool isBigEndian)
    {
        Span<byte> count = stackalloc byte[8];
        foreach (var key in keys)
        {
            if (!_storages.Remove($"{key}", out var storage))
                throw new CheckpointFormatException(
                    $"{name} has a storage '{key}' that nothing refers to, or has it twice.");
            if (file.Length - position < count.Length)
                throw new CheckpointFormatException(
                    $"{name} ends at byte {file.Length}, before storage '{key}': it is truncated.");
            file.Read(position, count);
            position += count.Length;
            var found = isBigEndian
                ? BinaryPrimitives.ReadInt64BigEndian(count)
                : BinaryPrimitives.ReadInt64LittleEndian(count);
            var wanted = storage.Length / storage.ElementSize;
            if (found != wanted)
            {
                throw new CheckpointFormatException(
                    $"{name}, byte {position - count.Length}: storage '{key}' has {found} elements; "
                    + $"it should have {wanted}.");
            }

            if (storage.Length > file.Length - position)
            {
                throw new CheckpointFormatException(
                    $"{name} ends at byte {file.Length}, in the middle of storage '{key}', "
                    + $"which has {storage.Length} bytes from {position} on: it is truncated.");
            }

            storage.Place(file.Slice(position, storage.Length));
            position += storage.Length;
        }

        if (_storages.Count > 0)
            throw new CheckpointFormatException($"{name} has no storage '{_storages.Keys.First()}'.");
    }
}
