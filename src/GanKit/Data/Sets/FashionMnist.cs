namespace GanKit.Data;

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
    /// <param name="progress">Gets the progress of a download.</param>
    /// <param name="cancellationToken">Ends a download; nothing half-written is left.</param>
    /// <exception cref="FileNotFoundException">
    /// The given folder lacks a file; or no place has them and they can't be downloaded: the message says how to get them.
    /// </exception>
    /// <exception cref="InvalidDataException">A file is damaged, or what was downloaded has another checksum.</exception>
    public static async Task<ImageDataset> LoadAsync(
        DatasetSplit split = DatasetSplit.Train, string? folder = null, IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(15) };
        folder ??= await FashionMnistFiles.OfThisMachine.LocateAsync(split, new(handler, progress, cancellationToken)).ConfigureAwait(false);
        return Mnist.LoadFolder(folder, split, Classes);
    }

    /// <summary><see cref="LoadAsync"/>, for programs that have nothing else to do meanwhile.</summary>
    /// <inheritdoc cref="LoadAsync"/>
    public static ImageDataset Load(
        DatasetSplit split = DatasetSplit.Train, string? folder = null, IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        Task.Run(() => LoadAsync(split, folder, progress, cancellationToken), CancellationToken.None).GetAwaiter().GetResult();
}

/// <summary>Finds Fashion-MNIST's files, or downloads them.</summary>
/// <param name="Places">Folders to look into, in this order.</param>
/// <param name="Target">The folder to download to.</param>
internal sealed record FashionMnistFiles(IReadOnlyList<string> Places, string Target)
{
    private const string FolderName = "fashion-mnist", DebianFolder = "/usr/share/datasets/fashion-mnist";

    private static readonly Uri[] Servers =
    [
        new("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"),
        new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
    ];

    // From the README of the authors' repository.
    private static readonly Dictionary<string, string> Checksums = new()
    {
        ["train-images-idx3-ubyte"] = "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        ["train-labels-idx1-ubyte"] = "25c81989df183df01b3e8a0aad5dffbe",
        ["t10k-images-idx3-ubyte"] = "bef4ecab320f06d8554ea6380940ec79",
        ["t10k-labels-idx1-ubyte"] = "bb300cfdad3c16e7a12a480ee83cd310",
    };

    internal static FashionMnistFiles OfThisMachine
    {
        get
        {
            var data = Variable(FashionMnist.DataVariable);
            var cache = Path.Combine(CacheRoot(), "gankit", FolderName);
            var own = data is null ? null : Path.Combine(data, FolderName);
            return new([.. own is null ? Array.Empty<string>() : [own], DebianFolder, cache], own ?? cache);
        }
    }

    /// <summary>A folder that has the files of a split.</summary>
    /// <exception cref="FileNotFoundException">There is none, and they can't be downloaded.</exception>
    /// <exception cref="InvalidDataException">A downloaded file has another checksum.</exception>
    internal async Task<string> LocateAsync(DatasetSplit split, Downloader downloader)
    {
        var (images, labels) = Mnist.FileNames(split);
        if (Places.FirstOrDefault(place => Missing(place).Length == 0) is { } found)
            return found;
        try
        {
            foreach (var name in Missing(Target))
                await downloader.FetchAsync(Servers, name + ".gz", Checksums[name], Target).ConfigureAwait(false);
            return Target;
        }
        catch (Exception e) when (e is HttpRequestException or UnauthorizedAccessException or IOException)
        {
            throw new FileNotFoundException(
                $"Fashion-MNIST is not on this machine, and downloading it to '{Target}' failed: {e.Message} " +
                $"Either install Debian's or Ubuntu's package (apt-get install dataset-fashion-mnist), or put {images}.gz "
                + $"and {labels}.gz " +
                $"from https://github.com/zalandoresearch/fashion-mnist into one of: {string.Join(", ", Places)}; or name "
                + "their folder.", e);
        }

        string[] Missing(string place) => [.. new[] { images, labels }.Where(name => Mnist.Find(place, name) is null)];
    }

    private static string CacheRoot() =>
        OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Variable("XDG_CACHE_HOME") ?? Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
