using PuppeteerSharp;

namespace GanKit.Tests.Monitoring;

/// <summary>A page in a browser, with all that its console said and all that it asked a network for.</summary>
internal sealed class BrowserTab : IAsyncDisposable
{
    private readonly IPage _page;

    private BrowserTab(IPage page) => _page = page;

    /// <summary>What the console said and which errors the scripts had.</summary>
    internal List<string> Messages { get; } = [];

    /// <summary>The addresses that the page asked for, but those that hold their content.</summary>
    internal List<string> Requests { get; } = [];

    internal static async Task<BrowserTab> Open(IBrowser browser, string file, int width, int height, bool dark)
    {
        var page = await browser.NewPageAsync();
        var tab = new BrowserTab(page);
        page.Console += (_, said) => tab.Messages.Add($"{said.Message.Type}: {said.Message.Text}");
        page.PageError += (_, error) => tab.Messages.Add($"error: {error.Message}");
        page.Request += (_, sent) =>
        {
            if (!sent.Request.Url.StartsWith("data:", StringComparison.Ordinal))
                tab.Requests.Add(sent.Request.Url);
        };
        await page.SetViewportAsync(new() { Width = width, Height = height, IsMobile = width < 600, DeviceScaleFactor = 1 });
        await tab.UseScheme(dark);
        await page.GoToAsync(new Uri(file).AbsoluteUri);
        return tab;
    }

    internal Task UseScheme(bool dark) => _page.EmulateMediaFeaturesAsync(
        [new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = dark ? "dark" : "light" }]);

    internal Task<T> Ask<T>(string script) => _page.EvaluateExpressionAsync<T>(script);

    internal Task<string> Text(string selector) => Ask<string>($"document.querySelector('{selector}').textContent");

    /// <summary>Presses a key on an element.</summary>
    internal async Task Press(string selector, string key)
    {
        await _page.FocusAsync(selector);
        await _page.Keyboard.PressAsync(key);
    }

    /// <summary>Moves the pointer to a place of an element, in shares of its width and height.</summary>
    internal async Task PointAt(string selector, double x, double y)
    {
        var box = await Ask<double[]>(
            $"(element => {{ element.scrollIntoView({{ behavior: 'instant' }}); const box = element.getBoundingClientRect(); return [box.x, box.y, box.width, box.height]; }})(document.querySelector('{selector}'))");
        await _page.Mouse.MoveAsync((decimal)(box[0] + x * box[2]), (decimal)(box[1] + y * box[3]));
        await Ask<double>("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"); // it is drawn
    }

    public async ValueTask DisposeAsync() => await _page.DisposeAsync();
}
