using System.Diagnostics;
using System.Text.RegularExpressions;
using GanKit.Tests.Data;

namespace GanKit.Tests.Scripts;

/// <summary>eng/emoji-data.sh, with an npm that packs emoji of this test's making instead of asking the network.</summary>
public sealed partial class EmojiDataTests : IDisposable
{
    private static readonly string[] Tones = ["", "-1f3fd"];

    /// <summary>Faces, flags, and people in all genders and some tones.</summary>
    private static readonly string[] Emoji =
    [
        .. Enumerable.Range(0x1f600, 40).Select(point => $"{point:x}"),
        .. Enumerable.Range(0x1f1e6, 10).Select(point => $"1f1e8-{point:x}"),
        .. from person in new[] { "1f468", "1f469", "1f9d1" }
           from tone in Tones
           from job in new[] { "1f52c", "1f373", "1f33e", "1f680", "1f9bd", "1f9bd-200d-27a1-fe0f" }
           select $"{person}{tone}-200d-{job}",
        .. from runner in Enumerable.Range(0x1f645, 8)
           from tone in Tones
           from gender in new[] { "", "-200d-2640-fe0f", "-200d-2642-fe0f" }
           select $"{runner:x}{tone}{gender}",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly string _data;

    public EmojiDataTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is for bash.");
        _data = _folder.File("data set"); // a space, as users have it
        foreach (var (brand, grey, extra) in new[] { ("google", (byte)80, "1fae8"), ("twitter", (byte)160, "1fae9") })
            foreach (var name in Emoji.Append(extra).Distinct())
                _folder.WriteImage($"npm/{brand}/package/img/{brand}/64/{name}.png", grey, 2, 2);
        Program("npm", $"""
            echo "$*" >>'{_folder.File("calls")}'
            [ -e '{_folder.File("online")}' ] || exit 1
            brand=$(echo "$4" | sed 's/emoji-datasource-//; s/@.*//')
            tar -C '{_folder.File("npm")}'/"$brand" -czf "$(echo "$4" | tr @ -).tgz" package
            """);
        _folder.Write("online", []);
    }

    public void Dispose() => _folder.Dispose();

    private void Program(string name, string script)
    {
        var path = _folder.Write($"bin/{name}", System.Text.Encoding.UTF8.GetBytes($"#!/bin/sh\n{script}\n"));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private (int Code, string Output) Run(string path)
    {
        var start = new ProcessStartInfo("/bin/bash", [Path.Combine(Repository.Root, "eng", "emoji-data.sh"), _data])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = path;
        using var script = Process.Start(start)!;
        var errors = script.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = script.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        script.WaitForExit();
        return (script.ExitCode, output);
    }

    private (int Code, string Output) Run() => Run($"{_folder.File("bin")}:{Environment.GetEnvironmentVariable("PATH")}");

    private string[] Names(string folder) =>
        [.. Directory.GetFiles(Path.Combine(_data, folder)).Select(file => Path.GetFileNameWithoutExtension(file)!).Order(
            StringComparer.Ordinal)];

    [Fact]
    public void Run_LaysOutWhatBothHave_WithVariantsOnOneSide()
    {
        var (code, output) = Run();
        Assert.True(code == 0, output);

        var (train, test) = (Names("emoji-color/train"), Names("emoji-color/test"));
        Assert.Equal(Emoji.Distinct().Order(StringComparer.Ordinal), train.Concat(test).Order(StringComparer.Ordinal));
        Assert.InRange(test.Length, 1, Emoji.Length / 4);
        Assert.Empty(train.Select(Base).Intersect(test.Select(Base)));

        foreach (var side in new[] { "A", "B" })
        {
            Assert.Equal(train, Names($"emoji-style/train{side}"));
            Assert.Equal(test, Names($"emoji-style/test{side}"));
            Assert.Equal(test, Names($"emoji-style-unpaired/test{side}"));
        }

        var (a, b) = (Names("emoji-style-unpaired/trainA"), Names("emoji-style-unpaired/trainB"));
        Assert.Equal(train, a.Concat(b).Order(StringComparer.Ordinal));
        Assert.Empty(a.Select(Base).Intersect(b.Select(Base)));
        Assert.InRange(a.Length, train.Length / 4, train.Length * 3 / 4);
    }

    [Fact]
    public void Run_Layouts_AreReadByTheLibrary()
    {
        Run();
        foreach (var (data, input, target) in new[]
        {
            (ImagePairs.Colorization(Path.Combine(_data, "emoji-color", "train")), 80, 80),
            (ImagePairs.Folders(Path.Combine(_data, "emoji-style", "testA"), Path.Combine(_data, "emoji-style", "testB")),
                80, 160),
            (ImageFolders.Unpaired(Path.Combine(_data, "emoji-style-unpaired")), 80, 160),
        })
        {
            using var batches = data.Batches(1).GetEnumerator();
            Assert.True(batches.MoveNext());
            using var scope = NewDisposeScope();
            Assert.Equal(input / 127.5 - 1, batches.Current.Condition!.mean().item<float>(), 1e-4);
            Assert.Equal(target / 127.5 - 1, batches.Current.Real.mean().item<float>(), 1e-4);
        }
    }

    [Fact]
    public void Run_Again_AsksNoNetworkAndRestoresWhatIsMissing()
    {
        Run();
        var names = Names("emoji-style/testA");
        Assert.Equal(2, File.ReadAllLines(_folder.File("calls")).Length);
        File.Delete(_folder.File("online"));
        Assert.Equal(0, Run().Code);
        Assert.Equal(2, File.ReadAllLines(_folder.File("calls")).Length);

        _folder.Write("online", []);
        Directory.Delete(Path.Combine(_data, "emoji-style"), recursive: true);
        File.Delete(Path.Combine(_data, "emoji-color", "test", $"{names[0]}.png"));
        Assert.Equal(0, Run().Code);
        Assert.Equal(names, Names("emoji-style/testA"));
        Assert.Equal(names[1..], Names("emoji-color/test")); // what is there is left alone
        Assert.Equal(
            ["emoji-color", "emoji-style", "emoji-style-unpaired"],
            Directory.GetFileSystemEntries(_data).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Run_WithoutNetwork_SaysSoAndLeavesNothing()
    {
        File.Delete(_folder.File("online"));
        var (code, output) = Run();
        Assert.NotEqual(0, code);
        Assert.Contains("emoji-datasource-google could not be loaded. Is there a network?", output);
        Assert.Empty(Directory.GetFileSystemEntries(_data));
    }

    [Fact]
    public void Run_WithoutNpm_SaysWhatToInstall()
    {
        Assert.SkipWhen(
            File.Exists("/usr/sbin/npm") || File.Exists("/sbin/npm"), "npm can't be hidden from the script here.");
        foreach (var tool in new[] { "dirname", "mkdir" })
            Program($"../tools/{tool}", $"""exec "$(PATH='{Environment.GetEnvironmentVariable("PATH")}' command -v {tool})" "$@" """);
        var (code, output) = Run(_folder.File("tools"));
        Assert.NotEqual(0, code);
        Assert.Contains("apt-get install npm", output);
        Assert.Contains("brew install node", output);
    }

    /// <summary>An emoji without tone and gender, and whichever way it faces.</summary>
    private static string Base(string name) => Gender().Replace(Variant().Replace(name, ""), "1f9d1");

    [GeneratedRegex("-(1f3f[b-f]|200d|2640|2642|27a1|fe0f)")]
    private static partial Regex Variant();

    [GeneratedRegex("1f46[89]")]
    private static partial Regex Gender();
}
