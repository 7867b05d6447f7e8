using System.Globalization;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace GanKit.Resuming;

/// <summary>A folder of checkpoints, each of which appears whole or not at all: written beside its place, flushed, then renamed.</summary>
/// <remarks>A deletion is a renaming first, too: at no moment is there half a checkpoint under a checkpoint's name.</remarks>
internal sealed class CheckpointStore : IDisposable
{
    private const string DeletedPrefix = "deleted-";

    private readonly string _folder;
    private readonly CheckpointLock _lock;
    private readonly List<TrainingCheckpoint> _checkpoints;

    private CheckpointStore(string folder, CheckpointLock taken, List<TrainingCheckpoint> checkpoints) =>
        (_folder, _lock, _checkpoints) = (folder, taken, checkpoints);

    /// <summary>Those of this run, in the order of their writing.</summary>
    internal IReadOnlyList<TrainingCheckpoint> Checkpoints => _checkpoints;

    /// <summary>
    /// Makes the folder this training's: clears what killed processes left, and puts another run's checkpoints aside, in a folder
    /// beside it.
    /// </summary>
    /// <exception cref="IOException">Another training has it, or it can't be written to.</exception>
    internal static CheckpointStore Open(string folder, string run)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        Directory.CreateDirectory(folder);
        FolderFlush.Flush(Path.GetDirectoryName(folder) ?? folder);
        var taken = CheckpointLock.Take(folder);
        try
        {
            Recover(folder);
            var all = TrainingCheckpoint.In(folder);
            if (all.Count > 0 && all.All(checkpoint => checkpoint.Record.Run != run))
            {
                PutAside(folder);
                all = [];
            }

            return new(folder, taken, [.. all]);
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Writes a checkpoint, and returns it once it is on the disk under its name.</summary>
    internal TrainingCheckpoint Write(State state, CheckpointRecord record)
    {
        record = record with { Number = (_checkpoints.Count == 0 ? 0 : _checkpoints[^1].Record.Number) + 1, Written = DateTimeOffset.UtcNow };
        var place = Path.Combine(_folder, TrainingCheckpoint.NameOf(record.Step));
        var temporary = TemporaryFile.For(place);
        try
        {
            Directory.CreateDirectory(temporary);
            var tensors = new OrderedDictionary<string, Tensor>();
            var tree = StateFiles.WriteTree(state, tensors);
            List<(string, byte[])> sums =
            [
                Write(temporary, StateFiles.Tensors, stream => SafetensorsFile.Save(stream, tensors, new Dictionary<string, string>())),
                Write(temporary, StateFiles.Tree, stream => stream.Write(tree)),
                Write(temporary, CheckpointRecord.FileName, stream => stream.Write(record.ToBytes())),
            ];
            Write(temporary, CheckpointSums.FileName, stream => stream.Write(CheckpointSums.ToBytes(sums)));
            FolderFlush.Flush(temporary);
            if (Directory.Exists(place))
                Delete(place); // of the same step, from before the run went back; a kill right here leaves the new one, which is whole
            Directory.Move(temporary, place);
            FolderFlush.Flush(_folder);
        }
        catch
        {
            Clear(temporary);
            throw;
        }

        _checkpoints.RemoveAll(checkpoint => checkpoint.FolderPath == place);
        var written = TrainingCheckpoint.Open(place);
        _checkpoints.Add(written);
        return written;
    }

    /// <summary>Deletes all but some.</summary>
    internal void Keep(Predicate<TrainingCheckpoint> isKept)
    {
        foreach (var checkpoint in _checkpoints.FindAll(checkpoint => !isKept(checkpoint)))
        {
            if (Directory.Exists(checkpoint.FolderPath))
                Delete(checkpoint.FolderPath);
            _checkpoints.Remove(checkpoint);
        }
    }

    public void Dispose() => _lock.Dispose();

    private void Delete(string path)
    {
        var deleted = TemporaryFile.For(Path.Combine(_folder, DeletedPrefix + Path.GetFileName(path)));
        Directory.Move(path, deleted);
        Clear(deleted);
    }

    // What can't be deleted now is cleared when a training begins here.
    private static void Clear(string path)
    {
        try
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            System.Diagnostics.Trace.TraceWarning($"GanKit: '{path}' could not be deleted: {error.Message}");
        }
    }

    private static (string Name, byte[] Hash) Write(string folder, string name, Action<Stream> write)
    {
        using var file = new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        write(new HashedStream(file, hash));
        file.Flush(flushToDisk: true);
        return (name, hash.GetHashAndReset());
    }

    /// <summary>Gives a checkpoint its name that a killed process had written in full; deletes what else such processes left.</summary>
    private static void Recover(string folder)
    {
        foreach (var path in Directory.GetDirectories(folder, "*.tmp").Where(TemporaryFile.IsAbandoned))
        {
            var name = Path.GetFileName(path);
            var place = Path.Combine(folder, name[..Math.Max(name.IndexOf(".gankit-", StringComparison.Ordinal), 1)]);
            if (!name.StartsWith(DeletedPrefix, StringComparison.Ordinal) && !Directory.Exists(place) && CheckpointSums.FindFault(path) is null)
                Directory.Move(path, place);
            else
                Clear(path);
        }
    }

    private static void PutAside(string folder)
    {
        var number = 1;
        while (Path.Exists(Aside(number)))
            number++;
        Directory.CreateDirectory(Aside(number));
        foreach (var path in TrainingCheckpoint.Candidates(folder).ToArray())
            Directory.Move(path, Path.Combine(Aside(number), Path.GetFileName(path)));

        string Aside(int number) => string.Create(CultureInfo.InvariantCulture, $"{folder}.{number}");
    }
}
