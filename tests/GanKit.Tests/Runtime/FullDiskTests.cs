using GanKit.ImageSharp;
using GanKit.Tests.Companion;

namespace GanKit.Tests.Runtime;

/// <summary>
/// Files that can't grow: a process that may write 64 KiB to a file stands in for a disk that is full, and needs no rights. (.NET calls
/// this error an argument's, and that of a full disk an IOException.)
/// </summary>
public sealed class FullDiskTests : IDisposable
{
    private static readonly string[] OfLittleRoom = ["/bin/bash", "-c", "ulimit -f 64; trap '' XFSZ; exec \"$@\"", "bash"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnimatedGif_FrameWithoutRoom_StaysWholeAndGoesOn()
    {
        RequireShell();
        var output = ChildProgram.Run(
            """
            using GanKit;
            using GanKit.ImageSharp;
            using static TorchSharp.torch;
            manual_seed(1);
            var (flat, noise) = (zeros(1, 300, 300), rand(1, 300, 300) * 2 - 1);
            var gif = new AnimatedGif("a.gif");
            gif.Add(flat);
            for (var tries = 0; tries < 2; tries++)
            {
                try { gif.Add(noise); }
                catch (Exception error) { Console.WriteLine(error.Message); }
            }
            File.Copy("a.gif", "full.gif");
            gif.Add(-flat);
            Console.Write(gif.FrameCount);
            """,
            _folder.Path, OfLittleRoom).Split('\n');

        Assert.DoesNotContain("something else", output[0] + output[1], StringComparison.Ordinal);
        Assert.Equal(output[0], output[1]);
        Assert.Equal("2", output[2]);
        var full = GifFrames.Read(_folder.File("full.gif")).Frames;
        Assert.Equal([2000], full.Select(frame => frame.Milliseconds));
        Assert.Equal(0x3B, File.ReadAllBytes(_folder.File("full.gif"))[^1]);
        Assert.Equal([200, 2000], GifFrames.Read(_folder.File("a.gif")).Frames.Select(frame => frame.Milliseconds));
    }

    [Fact]
    public void AnimatedGif_RestartedWithoutRoom_LeavesTheOlderOne()
    {
        RequireShell();
        var older = new AnimatedGif(_folder.File("a.gif"));
        using var frame = zeros(1, 30, 30);
        older.Add(frame);
        older.Add(frame);
        var before = File.ReadAllBytes(_folder.File("a.gif"));

        var output = ChildProgram.Run(
            """
            using GanKit;
            using GanKit.ImageSharp;
            using static TorchSharp.torch;
            try { new AnimatedGif("a.gif").Add(rand(1, 300, 300) * 2 - 1); }
            catch (Exception error) { Console.WriteLine(error.Message); }
            """,
            _folder.Path, OfLittleRoom);

        Assert.NotEmpty(output);
        Assert.Equal(before, File.ReadAllBytes(_folder.File("a.gif")));
        Assert.Equal(["a.gif"], _folder.FileNames());
    }

    [Theory]
    [InlineData("a.dat")]
    [InlineData("a.pth")]
    [InlineData("a.safetensors")]
    public void SaveWeights_WithoutRoom_LeavesTheOldFileAlone(string name)
    {
        RequireShell();
        using var old = nn.Linear(2, 3);
        old.SaveWeights(_folder.File(name));
        var before = File.ReadAllBytes(_folder.File(name));

        var output = ChildProgram.Run(
            $$"""
            using GanKit;
            using GanKit.Checkpoints;
            using static TorchSharp.torch.nn;
            try { Linear(500, 500).SaveWeights("{{name}}"); }
            catch (Exception error) { Console.WriteLine(error.Message); }
            """,
            _folder.Path, OfLittleRoom);

        Assert.NotEmpty(output);
        Assert.Equal(before, File.ReadAllBytes(_folder.File(name)));
        Assert.Equal([name], _folder.FileNames());
    }

    [Fact]
    public void Writers_DiskThatIsFull_LeaveWhatWasThere()
    {
        string[] onSmallDisk = ["/usr/bin/unshare", "-m", "/bin/sh", "-c", "mount -t tmpfs -o size=64k none disk && exec \"$@\"", "sh"];
        Directory.CreateDirectory(_folder.File("disk"));
        Assert.SkipUnless(
            File.Exists(onSmallDisk[0]) && Environment.UserName == "root" && ChildProgram.Succeeds([.. onSmallDisk[..4], "mount -t tmpfs none /mnt"]),
            "A small disk can't be mounted.");

        var output = ChildProgram.Run(
            """
            using GanKit;
            using GanKit.Checkpoints;
            using GanKit.ImageSharp;
            using static TorchSharp.torch;
            manual_seed(1);
            var (flat, noise) = (zeros(1, 300, 300), rand(1, 300, 300) * 2 - 1);
            var gif = new AnimatedGif("disk/a.gif");
            gif.Add(flat);
            var before = File.ReadAllBytes("disk/a.gif");
            Fail(() => gif.Add(noise));
            Fail(() => gif.Add(noise));
            Console.WriteLine(before.AsSpan().SequenceEqual(File.ReadAllBytes("disk/a.gif")));
            gif.Add(-flat);
            Console.WriteLine(gif.FrameCount);
            Fail(() => nn.Linear(500, 500).SaveWeights("disk/a.dat"));
            Console.WriteLine(string.Join(' ', Directory.GetFiles("disk")));

            void Fail(Action act)
            {
                try { act(); }
                catch (IOException error) { Console.WriteLine(error.Message.Contains("No space left") ? "full" : error.Message); }
            }
            """,
            _folder.Path, onSmallDisk);

        Assert.Equal("full full True 2 full disk/a.gif", output.ReplaceLineEndings(" ").Trim());
    }

    private static void RequireShell() => Assert.SkipUnless(File.Exists(OfLittleRoom[0]), "The limit is set by bash.");
}
