using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>A hash of a data set that is found much faster than its images are read.</summary>
internal static class DataFingerprint
{
    private const int Pictures = 64;

    /// <summary>
    /// Hashes the names of all images without their folders, labels, attributes and the lengths of their files, and the first 64 images in
    /// 8 bits, as transforms make them.
    /// </summary>
    internal static (string Hash, string ImageSize) Of(ImageDataset data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(DataDigest.Of(data.Source)));
        for (var i = 0; i < data.Count; i++)
        {
            var name = data.Source.Name(i);
            var file = name.Length > 0 ? new FileInfo(name) : null;
            var line = string.Create(CultureInfo.InvariantCulture,
                $"{Path.GetFileName(name)}\n{data.Source.Label(i)}\n{(file is { Exists: true } ? file.Length : -1)}\n");
            hash.AppendData(Encoding.UTF8.GetBytes(line));
        }

        using var first = data.Take(Math.Min(Pictures, data.Count)).Batches(Pictures, seed: 0, shuffle: false, dropLast: false).GetEnumerator();
        first.MoveNext();
        using var scope = NewDisposeScope();
        var images = first.Current.Real;
        var bytes = images.TimesPlus(127.5, 127.5).round().clamp(0, 255).to(ScalarType.Byte).contiguous();
        hash.AppendData(bytes.bytes);
        return ($"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}", SizeOf(images));
    }

    internal static string SizeOf(Tensor images) => string.Join(" x ", images.shape.Skip(1));
}
