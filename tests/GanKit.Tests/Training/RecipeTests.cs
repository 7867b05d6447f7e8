namespace GanKit.Tests.Training;

/// <summary>The recipes' numbers are those that were published, or found to work.</summary>
public class RecipeTests
{
    [Fact]
    public void Pix2Pix_HasItsNumbers()
    {
        var recipe = TrainerOptions.Pix2Pix;

        Assert.Equal((2e-4, (0.5, 0.999), 1, StepOrder.DiscriminatorFirst, true), Numbers(recipe));
        RequirePublishedSchedule(recipe.Schedule);
        recipe.Validate();
    }

    [Fact]
    public void CycleGan_HasItsNumbers()
    {
        var recipe = TrainerOptions.CycleGan;

        Assert.Equal((2e-4, (0.5, 0.999), 1, StepOrder.GeneratorFirst, true), Numbers(recipe));
        RequirePublishedSchedule(recipe.Schedule);
        recipe.Validate();
    }

    [Fact]
    public void WganGp_HasItsNumbers()
    {
        var recipe = TrainerOptions.WganGp;

        Assert.Equal((1e-4, (0.0, 0.9), 5, StepOrder.DiscriminatorFirst, false), Numbers(recipe));
        Assert.Same(LearningRateSchedule.Constant, recipe.Schedule);
        recipe.Validate();
    }

    [Fact]
    public void ProjectionGan_HasItsNumbers()
    {
        var recipe = TrainerOptions.ProjectionGan;

        Assert.Equal((2e-4, (0.0, 0.9), 1, StepOrder.DiscriminatorFirst, false), Numbers(recipe));
        Assert.Equal((3e-3, 7e-4), (recipe.GeneratorLearningRate, recipe.DiscriminatorLearningRate));
        Assert.NotNull(recipe.AverageDecay);
        recipe.Validate();
    }

    private static void RequirePublishedSchedule(LearningRateSchedule schedule)
    {
        Assert.Equal(ScheduleUnit.Epochs, schedule.Unit);
        Assert.Equal(
            [1, 1, 1 - 1 / 101.0, 1 - 100 / 101.0, 0], new long[] { 0, 99, 100, 199, 200 }.Select(schedule.FactorAt));
    }

    private static (double Rate, (double, double) Betas, int DiscriminatorSteps, StepOrder Order, bool ReuseFakes) Numbers(
        TrainerOptions options) =>
        (options.LearningRate, options.Betas, options.DiscriminatorSteps, options.Order, options.ReuseFakes);
}
