using System.Globalization;

namespace GanKit.Tests.Monitoring;

public sealed class ReportInBrowserTests(Chromium chromium) : IClassFixture<Chromium>, IDisposable
{
    private const string Odd = "</script><script>window.hacked = 1</script><b>bold</b> \"quoted\"";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    [InlineData(375, false)]
    [InlineData(375, true)]
    public async Task Page_Opened_HasNoErrorNoRequestAndFitsTheWidth(int width, bool dark)
    {
        var path = Report();
        await using var tab = await chromium.Open(path, width, 812, dark);

        Assert.Empty(tab.Messages);
        Assert.Equal([new Uri(path).AbsoluteUri], tab.Requests);
        Assert.Equal(width, await tab.Ask<int>("document.documentElement.scrollWidth"));
        Assert.Equal(7, await tab.Ask<int>("document.querySelectorAll('.chart canvas').length"));
        Assert.Equal(dark ? "rgb(14, 18, 23)" : "rgb(246, 247, 249)", await tab.Ask<string>("getComputedStyle(document.body).backgroundColor"));
        // Every text stands out from what is behind it as WCAG 2.1 AA asks.
        Assert.Equal("", await tab.Ask<string>(Contrast));
    }

    [Fact]
    public async Task Slider_MovedByKeys_ShowsThePictureAndTheValuesOfTheStep()
    {
        await using var tab = await chromium.Open(Report());
        Assert.Equal("400", await tab.Text("#step-number"));
        var last = await tab.Ask<string>("document.getElementById('preview').src");
        Assert.Equal("398 (397 to 399)", await Value("distance"));

        await tab.Press("#step", "ArrowLeft");

        Assert.Equal("300", await tab.Text("#step-number"));
        Assert.NotEqual(last, await tab.Ask<string>("document.getElementById('preview').src"));
        Assert.True(await tab.Ask<bool>("document.getElementById('preview').decode().then(() => document.getElementById('preview').naturalWidth > 0)"));
        Assert.Equal("298 (297 to 299)", await Value("distance"));
        Assert.Equal("300", await Value("discriminator"));
        await tab.Press("#step", "Home");
        Assert.Equal("0", await tab.Text("#step-number"));
        Assert.Equal("–", await Value("discriminator"));
        Assert.Equal("step 0", await tab.Ask<string>("document.getElementById('step').getAttribute('aria-valuetext')"));
        Assert.Empty(tab.Messages);

        Task<string> Value(string name) => tab.Ask<string>(
            $"[...document.querySelectorAll('#values dt')].find(name => name.textContent === '{name}').nextElementSibling.textContent");
    }

    [Fact]
    public async Task Curve_PointedAt_SaysItsStepAndValue()
    {
        await using var tab = await chromium.Open(Report());
        await tab.PointAt(".chart .u-over", 0.5, 0.5);
        var step = long.Parse(await tab.Text(".chart .u-legend .u-value"), NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

        Assert.InRange(step, 150, 300);
        Assert.Equal($"{step - 2} ({step - 3} to {step - 1})", await tab.Ask<string>("document.querySelectorAll('.chart .u-legend .u-value')[1].textContent"));
        // The other charts follow to the same place, where they have more points.
        var other = await tab.Ask<string[]>("[...document.querySelectorAll('.chart')[1].querySelectorAll('.u-value')].slice(0, 2).map(value => value.textContent)");
        Assert.Equal(other[0], other[1]); // the discriminator's loss is the step
        Assert.InRange(long.Parse(other[0], CultureInfo.InvariantCulture), step - 25, step + 25);
        Assert.Empty(tab.Messages);
    }

    [Fact]
    public async Task Scheme_Changed_DrawsTheCurvesInOtherColours()
    {
        await using var tab = await chromium.Open(Report());
        var light = await tab.Ask<string>("document.querySelector('.chart canvas').toDataURL()");

        await tab.UseScheme(dark: true);

        Assert.NotEqual(light, await tab.Ask<string>("new Promise(done => setTimeout(() => done(document.querySelector('.chart canvas').toDataURL()), 100))"));
        Assert.Equal(7, await tab.Ask<int>("document.querySelectorAll('.chart canvas').length"));
        Assert.Empty(tab.Messages);
    }

    [Fact]
    public async Task Texts_ThatAreHtml_AreShownAndNotRun()
    {
        await using var tab = await chromium.Open(Report());

        Assert.Equal("undefined", await tab.Ask<string>("typeof window.hacked"));
        Assert.Equal(0, await tab.Ask<int>("document.querySelectorAll('b').length"));
        Assert.Equal(Odd, await tab.Text("h1"));
        Assert.Equal(Odd, await tab.Text("#events .error p"));
        Assert.StartsWith(Odd, await tab.Text("#verdict"), StringComparison.Ordinal);
        Assert.Contains(Odd, await tab.Text("#charts"), StringComparison.Ordinal);
        Assert.Contains(Odd, await tab.Text("#facts"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Page_OfARunWithLittleToShow_HasNoError(bool ended)
    {
        var path = _folder.File("report.html");
        var trainer = new FakeTrainer { Samples = (_, count) => torch.zeros(count, 2) };
        var report = new TrainingReport(path, every: 1);
        report.OnFitStart(trainer, new(null, null, null));
        if (ended)
            report.OnFitEnd(trainer);
        await using var tab = await chromium.Open(path, width: 375);

        Assert.Empty(tab.Messages);
        Assert.Equal(375, await tab.Ask<int>("document.documentElement.scrollWidth"));
        Assert.True(await tab.Ask<bool>("document.getElementById('curves').hidden"));
        Assert.StartsWith("No best step is known", await tab.Text("#verdict"), StringComparison.Ordinal);
        Assert.StartsWith(ended ? "Ended early: step 0." : "Under way: step 0.", await tab.Text("#state"), StringComparison.Ordinal);
    }

    private string Report()
    {
        var path = _folder.File("report.html");
        var source = new FakeSource(
            step => step % 50 == 0 ? new(step, "distance", step - 2, step - 3, step - 1) : null,
            step => step switch
            {
                120 => new(step, TrainingEventSeverity.Information, "Saved", "A checkpoint was written."),
                200 => new(step, TrainingEventSeverity.Warning, "Slow", "It is slow."),
                350 => new(step, TrainingEventSeverity.Error, Odd, Odd),
                _ => null,
            });
        var trainer = new FakeTrainer
        {
            Metrics = step => new()
            {
                ["discriminator"] = step,
                ["generator"] = step % 7 == 0 ? double.NaN : -step,
                ["discriminator/adversarial"] = step,
                [$"discriminator/{Odd}"] = 0.1,
                ["D(x)"] = 0.7,
                ["D(G(z))"] = 0.3,
                [Odd] = 1,
                ["lambda"] = 1e-9,
            },
            LearningRates = new Dictionary<string, double> { ["generator"] = 2e-4, ["discriminator"] = 2e-4 },
            Samples = (trainer, count) => torch.full([count, 1, 4, 4], trainer.StepCount / 500f),
        };
        trainer.Fit(400, callbacks: [source, new TrainingReport(path, every: 10)
        {
            Sources = [source], Title = Odd, Notes = new Dictionary<string, string> { ["data"] = Odd, [new string('n', 60)] = new string('x', 300) },
        }]);
        return path;
    }

    /// <summary>Lists texts whose contrast with their background is below 4.5, or 3 where they are large.</summary>
    private const string Contrast = """
        (() => {
          const parts = color => color.match(/[\d.]+/g).map(Number);
          const light = color => parts(color).slice(0, 3).map(c => c / 255).map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          const behind = element => {
            for (; element; element = element.parentElement) {
              const color = getComputedStyle(element).backgroundColor;
              if (parts(color)[3] !== 0) return color;
            }
          };
          const bad = [];
          for (const element of document.querySelectorAll("body *")) {
            if (![...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()) || element.closest("script, noscript")) continue;
            const style = getComputedStyle(element), [a, b] = [light(style.color), light(behind(element))].sort((x, y) => y - x);
            const least = parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
            if ((a + 0.05) / (b + 0.05) < least) bad.push(`${element.textContent.slice(0, 30)}: ${style.color} on ${behind(element)}`);
          }
          return bad.join("; ");
        })()
        """;
}
