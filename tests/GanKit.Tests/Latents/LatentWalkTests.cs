namespace GanKit.Tests.Latents;

public class LatentWalkTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void Slerp_QuarterTurn_FollowsTheCircle(double t)
    {
        using var scope = NewDisposeScope();
        var (from, to) = (tensor(new float[] { 2, 0 }), tensor(new float[] { 0, 2 }));
        var angle = t * Math.PI / 2;
        TensorAssert.Close(tensor([2 * (float)Math.Cos(angle), 2 * (float)Math.Sin(angle)]), LatentWalk.Slerp(from, to, t));
    }

    [Fact]
    public void Slerp_OfNormalLatents_KeepsTheirLength_WhereALineDoesNot()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var (from, to) = (randn(4, 512, generator: generator), randn(4, 512, generator: generator));
        var middle = LatentWalk.Slerp(from, to, 0.5).norm(1);
        Assert.All(middle.data<float>().ToArray(), length => Assert.InRange(length, 20.5f, 25)); // sqrt(512) is 22.6
        Assert.All(((from + to) / 2).norm(1).data<float>().ToArray(), length => Assert.InRange(length, 14f, 18));
    }

    [Fact]
    public void Slerp_ParallelOrOpposite_IsALine_WithoutNaN()
    {
        using var scope = NewDisposeScope();
        var from = tensor(new float[] { 1, 2 });
        TensorAssert.Close(from * 1.5, LatentWalk.Slerp(from, from * 2, 0.5));
        TensorAssert.Close(from, LatentWalk.Slerp(from, from, 0.3));
        TensorAssert.Finite(LatentWalk.Slerp(from, -from, 0.5));
        TensorAssert.Finite(LatentWalk.Slerp(from, zeros(2), 0.5));
    }

    [Fact]
    public void Between_IncludesBothEnds()
    {
        using var scope = NewDisposeScope();
        var (from, to) = (randn(1, 6), randn(1, 6));
        var path = LatentWalk.Between(from, to, steps: 5);
        Assert.Equal([5L, 6L], path.shape);
        TensorAssert.Close(from[0], path[0]);
        TensorAssert.Close(to[0], path[4]);
        TensorAssert.Close(LatentWalk.Slerp(from, to, 0.5)[0], path[2]);
    }

    [Fact]
    public void Arguments_OutOfRange_SayWhatIsAllowed()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentOutOfRangeException>(() => LatentWalk.Slerp(zeros(2), zeros(2), 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => LatentWalk.Slerp(zeros(2), zeros(2), double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => LatentWalk.Between(zeros(2), zeros(2), 1));
        Assert.Contains(
            "(4, 2)", Assert.Throws<ArgumentException>(() => LatentWalk.Between(zeros(4, 2), zeros(4, 2), 3)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "(3)", Assert.Throws<ArgumentException>(() => LatentWalk.Slerp(zeros(2), zeros(3), 0.5)).Message,
            StringComparison.Ordinal);
    }
}
