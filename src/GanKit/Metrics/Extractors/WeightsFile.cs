using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>A file of published weights, told by its hash.</summary>
/// <param name="Name">The weights' name in results.</param>
/// <param name="Beginning">How the SHA-256 of the published file begins, in hexadecimal, as PyTorch's hub puts it into file names.</param>
/// <param name="FileNames">The names under which it is published.</param>
internal sealed record WeightsFile(string Name, string Beginning, params string[] FileNames)
{
    /// <summary>The name and the hash by which results state a file's weights.</summary>
    /// <param name="path">The file.</param>
    /// <param name="allowOther">Whether other weights than the published ones will do.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is another, and that is not allowed.</exception>
    internal (string Name, string Hash) Identify(string path, bool allowOther)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"There is no file '{path}'. The weights {Name} are published as {string.Join(" and ", FileNames)}; get one of them, and give its path.",
                path);
        }

        var hash = Hash(path);
        if (hash.StartsWith(Beginning, StringComparison.Ordinal))
            return (Name, "sha256:" + hash);
        return allowOther ? ($"{Path.GetFileName(path)} (not {Name})", "sha256:" + hash) : throw new InvalidDataException(
            $"'{path}' is not {Name}: its SHA-256 is {hash}, and that of {string.Join(" and ", FileNames)} begins with {Beginning}. Measured with other "
            + "weights, numbers compare with no published ones; to use them all the same, pass allowOtherWeights: true, and results will name the file.");
    }

    /// <summary>The hash of a network's weights as they are, whatever file they came from: names, shapes and numbers.</summary>
    internal static string HashOf(nn.Module network)
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, value) in network.state_dict().OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{name} [{string.Join(", ", value.shape)}]\n")));
            hash.AppendData(value.detach().cpu().contiguous().bytes);
        }

        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Hash(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
