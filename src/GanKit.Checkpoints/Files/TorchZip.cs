using System.Text;

namespace GanKit.Checkpoints;

/// <summary>
/// The format of torch.save since PyTorch 1.6: a zip archive with one folder of any name, in it <c>data.pkl</c>, and each
/// storage as an entry of its own below <c>data/</c> (before 1.6's release, <c>tensors/</c>).
/// </summary>
internal sealed class TorchZip
{
    private const int NewestVersion = 10;

    // Zeros pack a thousandfold, and archives can be made of them alone.
    private const long MostUnpacked = 1L << 28;
    private const long MostUnpackedRatio = 100;
    private const long SmallPickle = 1L << 24;

    private readonly Dictionary<string, ZipEntry> _entries;
    private readonly Dictionary<string, StorageData> _storages = [];
    private readonly Dictionary<(StorageData, PyTorchDtype), StorageData> _swapped = [];
    private readonly string _folder;
    private readonly bool _isBigEndian;

    private TorchZip(StorageData file)
    {
        _entries = ZipDirectory.Read(file);
        _folder = FindFolder();
        if (_entries.ContainsKey(_folder + "constants.pkl") || _entries.Keys.Any(IsCode))
        {
            throw new CheckpointFormatException("it is a TorchScript program (torch.jit.save), not weights. "
                + "In Python, save its state_dict(): torch.save(torch.jit.load(path).state_dict(), new_path).");
        }

        CheckSizes(file.Length);
        CheckVersion();
        _isBigEndian = ReadText("byteorder") switch
        {
            null or "little" => false,
            "big" => true,
            var other => throw new CheckpointFormatException(
                $"entry '{_folder}byteorder' says '{other}'; it should be little or big."),
        };
    }

    /// <summary>The saved value. Storages stay in the file.</summary>
    /// <exception cref="CheckpointFormatException">It is no archive of torch.save, or broken.</exception>
    internal static object? Read(StorageData file, PickleContext context)
    {
        var archive = new TorchZip(file);
        var pickle = archive._entries[archive._folder + "data.pkl"];
        var input = new PickleInput(OpenPickle(pickle), $"entry '{pickle.Name}'");
        return PickleMachine.Load(input, context with { FindPersistent = id => archive.FindStorage(id, context) });
    }

    private string FindFolder()
    {
        const string Pickle = "data.pkl";
        var names = _entries.Keys.Where(name => $"/{name}".EndsWith($"/{Pickle}", StringComparison.Ordinal));
        if (names.MinBy(name => name.Length) is { } shortest)
            return shortest[..^Pickle.Length];
        if (ForeignFormat.DescribeZip(_entries.Keys) is { } known)
            throw new CheckpointFormatException(known);
        var content = $"It holds {string.Join(", ", _entries.Keys.Take(5))}{(_entries.Count > 5 ? ", ..." : "")}.";
        throw new CheckpointFormatException(
            $"it is a zip archive, but not one of torch.save: it has no {Pickle}. "
            + (_entries.Count == 0 ? "It is empty." : content));
    }

    /// <summary>
    /// Entries that lie over each other, or unpack to far more than they are, would take memory without end.
    /// </summary>
    private void CheckSizes(long fileLength)
    {
        var packed = _entries.Values.Sum(entry => (decimal)entry.PackedLength);
        if (packed > fileLength)
            throw new CheckpointFormatException($"the archive has entries of {packed} bytes in a file of {fileLength}.");
        var unpacked = _entries.Values.Where(entry => entry.IsPacked).Sum(entry => (decimal)entry.Length);
        if (unpacked > Math.Max(MostUnpacked, (decimal)fileLength * MostUnpackedRatio))
            throw new CheckpointFormatException($"the archive would unpack to {unpacked} bytes from {fileLength}.");
    }

    /// <summary>The pickle. A packed one is unpacked at once, because parts of it are read again.</summary>
    private static StorageData OpenPickle(ZipEntry entry)
    {
        var data = entry.Open();
        if (!entry.IsPacked)
            return data;
        return entry.Length <= Math.Max(SmallPickle, entry.PackedLength * MostUnpackedRatio) && entry.Length <= MostUnpacked
            ? new MemoryData(data.ToArray())
            : throw new CheckpointFormatException(
                $"entry '{entry.Name}' would unpack to {entry.Length} bytes from {entry.PackedLength}.");
    }

    private bool IsCode(string name) => name.StartsWith(_folder + "code/", StringComparison.Ordinal);

    private void CheckVersion()
    {
        if (ReadText("version") is { } text && (!int.TryParse(text, out var version) || version is < 1 or > NewestVersion))
        {
            throw new CheckpointFormatException(
                $"entry '{_folder}version' says '{text}'; versions 1 to {NewestVersion} are read.");
        }
    }

    private string? ReadText(string name)
    {
        if (!_entries.TryGetValue(_folder + name, out var entry))
            return null;
        return entry.Length <= 16
            ? Encoding.Latin1.GetString(entry.Open().ToArray()).Trim()
            : throw new CheckpointFormatException(
                $"entry '{entry.Name}' should be one word, and has {entry.Length} bytes.");
    }

    private PyTorchTensor FindStorage(object? id, PickleContext context)
    {
        context.Budget.Make(8);
        var reference = StorageReference.Of(id);
        if (!_storages.TryGetValue(reference.Key, out var data))
        {
            if (!_entries.TryGetValue($"{_folder}data/{reference.Key}", out var entry)
                && !_entries.TryGetValue($"{_folder}tensors/{reference.Key}", out entry))
                throw new CheckpointFormatException($"the archive has no entry '{_folder}data/{reference.Key}'.");
            _storages.Add(reference.Key, data = entry.Open());
        }

        if (data.Length < reference.ByteCount)
        {
            throw new CheckpointFormatException(
                $"entry '{_folder}data/{reference.Key}' has {data.Length} bytes; "
                + $"{reference.Count} elements of {reference.Dtype} need {reference.ByteCount}.");
        }

        return reference.Describe(_isBigEndian ? SwappedData.Of(data, reference.Dtype, _swapped) : data);
    }
}
