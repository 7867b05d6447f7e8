namespace GanKit;

/// <summary>
/// Fashion-MNIST: 70,000 grey pictures of garments (1, 28, 28) in ten classes (Xiao, Rasul and Vollgraf, arXiv 1708.07747).
/// </summary>
public static class FashionMnist
{
    /// <summary>
    /// The environment variable that names a folder of data sets, with Fashion-MNIST in its folder <c>fashion-mnist</c>.
    /// </summary>
    public const string DataVariable = "GANKIT_DATA";

    private static readonly string[] Classes = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt",
        "Sneaker", "Bag", "Ankle boot"];

    /// <summary>Loads one part into memory, and downloads it first where this machine does not have it.</summary>
    /// <remarks>
    /// Without a folder, the first of these that has the files is taken: <c>$GANKIT_DATA/fashion-mnist</c>;
    /// <c>/usr/share/datasets/fashion-mnist</c>, where Debian's package dataset-fashion-mnist puts them; and the user's
    /// cache, <c>gankit/fashion-mnist</c> under <c>$XDG_CACHE_HOME</c> or <c>~/.cache</c> (under the local application
    /// data on Windows). Otherwise they are downloaded (30 MB) from the authors' GitHub repository or web site into
    /// <c>$GANKIT_DATA</c> or the cache, with their MD5 checksums verified.
    /// </remarks>
    /// <param name="split">Which part: <see cref="DatasetSplit.Train"/>, by default, has 60,000 images,
    /// <see cref="DatasetSplit.Test"/> 10,000.
    /// </param>
    /// <param name="folder">A folder that has the files, compressed or not; nothing is downloaded then.</param>
    /// <param name="progress">Hears how a download gets on, on the calling thread.</param>
    /// <param name="cancellationToken">Ends a download; nothing half-written is left.</param>
    /// <exception cref="FileNotFoundException">
    /// The given folder lacks a file; or no place has them and they can't be downloaded: the message says how to get them.
    /// </exception>
    /// <exception cref="InvalidDataException">A file is damaged, or what was downloaded has another checksum.</exception>
    public static ImageDataset Load(
        DatasetSplit? split = null, string? folder = null, IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(15) };
        var downloader = new Downloader(handler, progress, cancellationToken);
        return Mnist.LoadFolder(
            folder ?? FashionMnistFiles.OfThisMachine.Locate(split ?? DatasetSplit.Train, downloader), split, Classes);
    }
}
