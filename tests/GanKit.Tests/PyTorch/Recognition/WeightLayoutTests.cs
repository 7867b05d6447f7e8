namespace GanKit.Tests.PyTorch;

public class WeightLayoutTests
{
    [Fact]
    public void ParameterCount_OfEveryNetwork_IsWhatItHasToLearn()
    {
        foreach (var (description, build) in RecognitionCases.ByDescription)
        {
            using var network = build();
            var learnt = network.parameters().Sum(parameter => parameter.numel());
            var recognized = Assert.Single(NetworkRecognition.Of(WeightLayout.Of(network), NetworkFamily.Known)).Network!;

            Assert.True(WeightLayout.Of(network).ParameterCount == learnt, description);
            Assert.True(recognized.Layout().ParameterCount == learnt, description);
        }
    }
}
