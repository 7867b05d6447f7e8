namespace GanKit.Tests.Objectives;

public class ImagePoolTests
{
    [Fact]
    public void Exchange_OfSizeZero_LetsAllPassWithoutTheirGraph()
    {
        using var scope = NewDisposeScope();
        using var pool = new ImagePool(0, new Random(0));
        var images = Images(1, 2).requires_grad_();

        var passed = pool.Exchange(images);

        TensorAssert.Equal(images.detach(), passed);
        Assert.False(passed.requires_grad);
    }

    [Fact]
    public void Exchange_WhileItFills_LetsImagesPass()
    {
        using var scope = NewDisposeScope();
        using var pool = new ImagePool(4, new Random(0));

        Assert.Equal([1f, 2f], Numbers(pool.Exchange(Images(1, 2))));
        Assert.Equal([3f, 4f], Numbers(pool.Exchange(Images(3, 4))));
    }

    [Fact]
    public void Exchange_WhenFull_PassesHalfAndSwapsHalfUniformly()
    {
        using var scope = NewDisposeScope();
        using var pool = new ImagePool(50, new Random(1));
        pool.Exchange(Images([.. Enumerable.Range(0, 50).Select(i => (float)i)]));
        var passed = 0;
        var ages = new List<float>();
        const int Count = 4_000;

        for (var i = 50; i < 50 + Count; i++)
        {
            using var inner = NewDisposeScope();
            var given = Numbers(pool.Exchange(Images(i)))[0];
            if (given == i)
                passed++;
            else
                ages.Add(i - given);
        }

        // A fair coin lands within 4 standard deviations; each swap picks one of 50, so a kept image waits 100 turns in
        // the mean.
        Assert.Equal(0.5, passed / (double)Count, 0.032);
        Assert.InRange(ages.Average(), 90, 110);
    }

    [Fact]
    public void Exchange_NeverGivesAnImageTwice()
    {
        using var scope = NewDisposeScope();
        using var pool = new ImagePool(3, new Random(2));
        var given = new List<float>();

        for (var i = 0; i < 200; i++)
            given.AddRange(Numbers(pool.Exchange(Images(i))).Where(number => number != i || i >= 3));

        Assert.Equal(given.Count, given.Distinct().Count());
    }

    [Fact]
    public void Exchange_WithASeed_MakesTheSameChoices()
    {
        using var scope = NewDisposeScope();
        using var first = new ImagePool(size: 4, seed: 7);
        using var second = new ImagePool(size: 4, seed: 7);
        using var other = new ImagePool(size: 4, seed: 8);

        var given = Run(first);

        Assert.Equal(given, Run(second));
        Assert.NotEqual(given, Run(other));

        static float[] Run(ImagePool pool) =>
            [.. Enumerable.Range(0, 50).SelectMany(i => Numbers(pool.Exchange(Images(i))))];
    }

    [Fact]
    public void Exchange_OfOtherSizesThanBefore_SaysSo()
    {
        using var scope = NewDisposeScope();
        using var pool = new ImagePool();
        pool.Exchange(zeros(2, 3, 8, 8));

        Assert.Contains(
            "(3, 8, 8)", Assert.Throws<ArgumentException>(() => pool.Exchange(zeros(2, 3, 4, 4))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => pool.Exchange(zeros(0, 3, 8, 8)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImagePool(size: -1));
        Assert.Equal(2, pool.Count);
    }

    [Fact]
    public void Exchange_AfterDispose_Throws()
    {
        using var scope = NewDisposeScope();
        var pool = new ImagePool();
        pool.Dispose();

        Assert.Throws<ObjectDisposedException>(() => pool.Exchange(Images(1)));
    }

    [Fact]
    public void Dispose_FreesWhatItKept()
    {
        zeros(1).Dispose();
        var before = LiveTensors.OfThisThread;
        using (var pool = new ImagePool(2, new Random(3)))
        {
            for (var i = 0; i < 10; i++)
            {
                using var scope = NewDisposeScope();
                pool.Exchange(Images(i));
            }

            Assert.Equal(before + 2, LiveTensors.OfThisThread);
        }

        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    private static Tensor Images(params float[] numbers) => tensor(numbers).reshape(-1, 1, 1, 1);

    private static float[] Numbers(Tensor images) => images.flatten().data<float>().ToArray();
}
