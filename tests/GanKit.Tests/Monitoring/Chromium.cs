using PuppeteerSharp;

namespace GanKit.Tests.Monitoring;

/// <summary>The Chromium of this machine, without a window; tests that need it are skipped where there is none.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-headless-shell", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private IBrowser? _browser;
    private string _missing = "There is no Chromium here to open the report with: apt-get install chromium-headless-shell, or chromium.";

    private static string? Program { get; } = (
        from name in Names
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        let path = Path.Combine(folder, name)
        where File.Exists(path)
        select path).FirstOrDefault();

    public async ValueTask InitializeAsync()
    {
        if (Program is null)
            return;
        try
        {
            _browser = await Puppeteer.LaunchAsync(new() { ExecutablePath = Program, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
        }
        catch (PuppeteerException error) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            _missing = $"{Program} does not start: {error.Message}"; // such as Ubuntu's, which asks for snap
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
    }

    /// <summary>Opens a file in a new tab.</summary>
    internal async Task<BrowserTab> Open(string file, int width = 1280, int height = 900, bool dark = false)
    {
        Assert.SkipUnless(_browser is not null, _missing);
        return await BrowserTab.Open(_browser!, file, width, height, dark);
    }
}
