namespace GanKit.Tests.Numerics;

public class ValueRangeTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, -1)]
    [InlineData(double.NaN, 1)]
    [InlineData(0, double.NaN)]
    [InlineData(0, double.PositiveInfinity)]
    [InlineData(double.MinValue, double.MaxValue)]
    public void ValueRange_EmptyOrEndless_IsRefused(double low, double high) =>
        Assert.Contains("finite and ascending", Assert.Throws<ArgumentException>(nameof(low), () => new ValueRange(low, high)).Message, StringComparison.Ordinal);

    [Fact]
    public void ValueRange_OfEqualEnds_IsEqual()
    {
        Assert.Equal(ValueRange.Symmetric, new(-1, 1));
        Assert.NotEqual(ValueRange.Symmetric, ValueRange.Unit);
        Assert.Equal(255, ValueRange.Bytes.Width);
        Assert.Equal("[-0.5, 1]", new ValueRange(-0.5, 1).ToString());
    }
}
