using System.Security.Cryptography;
using System.Text;

namespace GanKit.Resuming;

/// <summary>The checksums of a checkpoint's files, in a file that <c>sha256sum -c SHA256SUMS</c> reads too.</summary>
internal static class CheckpointSums
{
    internal const string FileName = "SHA256SUMS";

    private const int HexLength = 64;

    internal static byte[] ToBytes(IEnumerable<(string Name, byte[] Hash)> files) => Encoding.UTF8.GetBytes(
        string.Concat(files.Select(file => $"{Convert.ToHexStringLower(file.Hash)}  {file.Name}\n")));

    /// <summary>What is wrong with a checkpoint's files; null where they are whole.</summary>
    internal static string? FindFault(string folder)
    {
        try
        {
            var sums = Path.Combine(folder, FileName);
            if (!File.Exists(sums))
                return $"it has no {FileName}";
            var seen = new List<string>();
            foreach (var line in File.ReadAllLines(sums))
            {
                if (line.Length <= HexLength + 2 || Path.GetFileName(line[(HexLength + 2)..]) is var name && name != line[(HexLength + 2)..])
                    return $"{FileName} has a line that is no checksum";
                var path = Path.Combine(folder, name);
                if (!File.Exists(path))
                    return $"{name} is missing";
                using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
                if (Convert.ToHexStringLower(SHA256.HashData(stream)) != line[..HexLength])
                    return $"{name} is not as it was written (its checksum is another)";
                seen.Add(name);
            }

            return Array.Find([CheckpointRecord.FileName, StateFiles.Tree, StateFiles.Tensors], needed => !seen.Contains(needed)) is { } missing
                ? $"{FileName} does not name {missing}" : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"it can't be read: {error.Message}";
        }
    }
}
