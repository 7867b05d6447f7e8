namespace GanKit.Data;

/// <summary>CIFAR-10 in its binary version: 60,000 colour photos (3, 32, 32) in ten classes (Krizhevsky 2009).</summary>
public static class Cifar10
{
    private const int Size = 32, ImageLength = 3 * Size * Size, RecordLength = 1 + ImageLength;

    private static readonly string[] Classes = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse",
        "ship", "truck"];

    /// <summary>Loads the images of a folder or of one file into memory (150 MB for the whole training part).</summary>
    /// <param name="path">
    /// A folder with <c>data_batch_1.bin</c> to <c>data_batch_5.bin</c> and <c>test_batch.bin</c>, or the folder above
    /// that, as unpacked from cifar-10-binary.tar.gz; or one such file.
    /// </param>
    /// <param name="split">
    /// Which part of a folder: <see cref="DatasetSplit.Train"/>, by default, has 50,000 images,
    /// <see cref="DatasetSplit.Test"/> 10,000.
    /// </param>
    /// <exception cref="FileNotFoundException">There is no such file or folder, or a file of the folder is missing.
    /// </exception>
    /// <exception cref="InvalidDataException">A file is truncated, or a label is not from 0 to 9; the message says
    /// where.
    /// </exception>
    public static ImageDataset Load(string path, DatasetSplit split = DatasetSplit.Train)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var files = File.Exists(path) ? [path] : FilesOf(path, split);
        var records = files.Select(ReadRecords).ToArray();
        int count = records.Sum(r => r.Length) / RecordLength, index = 0;

        var (values, labels) = (new byte[count * ImageLength], new byte[count]);
        foreach (var file in records)
            for (var start = 0; start < file.Length; start += RecordLength, index++)
            {
                labels[index] = file[start];
                file.AsSpan(start + 1, ImageLength).CopyTo(values.AsSpan(index * ImageLength));
            }
        return new(new PackedImages(values, 3, Size, Size, labels, Classes, path));
    }

    private static string[] FilesOf(string folder, DatasetSplit split)
    {
        if (!Directory.Exists(folder))
            throw new FileNotFoundException($"There is no folder or file '{folder}' to read CIFAR-10 from.", folder);
        var inner = Path.Combine(folder, "cifar-10-batches-bin");
        var place = Directory.Exists(inner) ? inner : folder;
        string[] names = split == DatasetSplit.Test
            ? ["test_batch.bin"]
            : [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")];
        string[] missing = [.. names.Where(name => !File.Exists(Path.Combine(place, name)))];
        if (missing.Length > 0)
        {
            throw new FileNotFoundException(
                $"The folder '{place}' lacks {string.Join(", ", missing)} of CIFAR-10's binary version.", Path.Combine(
                    place, missing[0]));
        }

        return [.. names.Select(name => Path.Combine(place, name))];
    }

    private static byte[] ReadRecords(string path)
    {
        RegularFile.Require(path);
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length == 0 || bytes.Length % RecordLength != 0)
        {
            throw new InvalidDataException(
                $"'{path}' is truncated or not CIFAR-10's binary version: its {bytes.Length} bytes are not a whole number "
                + $"of {RecordLength}-byte records.");
        }

        var labels = new byte[bytes.Length / RecordLength];
        for (var i = 0; i < labels.Length; i++)
            labels[i] = bytes[i * RecordLength];
        IdxFile.RequireLabels(labels, Classes.Length, path);
        return bytes;
    }
}
