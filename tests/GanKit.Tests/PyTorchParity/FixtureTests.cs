namespace GanKit.Tests.PyTorchParity;

public class FixtureTests
{
    [Fact]
    public void Load_EveryDtype_ReadsNamesShapesAndValues()
    {
        var fixture = Fixture.Load("format");

        Assert.Equal(["empty", "flags", "integers", "matrix", "scalar"], fixture.Keys.Order());
        TensorAssert.Equal(tensor([1.5f, -2f, 3.25f, 4f, 5f, 1e-20f]).reshape(2, 3), fixture["matrix"]);
        TensorAssert.Equal(tensor([long.MinValue, 0L, 1L << 40]), fixture["integers"]);
        TensorAssert.Equal(tensor(new byte[] { 0, 127, 255 }), fixture["flags"]);
        TensorAssert.Equal(tensor(0.1), fixture["scalar"]);
        TensorAssert.Equal(torch.zeros(0, 4), fixture["empty"]);
    }
}
