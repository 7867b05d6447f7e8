namespace GanKit;

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
    /// <exception cref="InvalidDataException">What was downloaded has another checksum.</exception>
    internal string Locate(DatasetSplit split, Downloader downloader)
    {
        var (images, labels) = Mnist.FileNames(split);
        if (Places.FirstOrDefault(place => Missing(place).Length == 0) is { } found)
            return found;
        try
        {
            foreach (var name in Missing(Target))
                downloader.Fetch(Servers, name + ".gz", Checksums[name], Target);
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
